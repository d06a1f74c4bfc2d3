#include "strata/wire/health.h"

#include "strata/describe/object.h"

namespace strata::wire {

const describe::Schema& schema_of(std::type_identity<Health>) {
  static const auto schema =
      describe::object<Health>("Health").field("status", &Health::status).field("version", &Health::version).build();
  return schema;
}

}  // namespace strata::wire
