#include "strata/wire/events.h"

#include "strata/describe/object.h"

namespace strata::wire {

using describe::object;

const describe::Schema& schema_of(std::type_identity<Event>) {
  static const auto schema =
      object<Event>("Event").field("event", &Event::event).field("args", &Event::args).defaulted().build();
  return schema;
}

}  // namespace strata::wire
