#include "strata/wire/errors.h"

#include "strata/describe/object.h"

namespace strata::wire {

const describe::Schema& schema_of(std::type_identity<Errors>) {
  static const auto schema = describe::object<Errors>("Errors").field("errors", &Errors::errors).items(1, 101).build();
  return schema;
}

}  // namespace strata::wire
