#include "strata/panel/schema/counters.h"

namespace strata::panel {

std::uint64_t next_value(database::Connection& connection, std::string_view counter) {
  const auto row = connection.query_one("update counters set value = value + 1 where name = :name returning value",
                                        {{"name", counter}});
  return static_cast<std::uint64_t>(row.integer("value"));
}

}  // namespace strata::panel
