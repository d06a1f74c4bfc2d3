#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "strata/describe/described.h"
#include "strata/describe/object.h"

namespace strata::wire {

/// What every list takes (spec/panel 0.3). `search` is looked for in the item's name, without case; `%` and `_` are
/// ordinary characters.
struct PageQuery {
  std::int64_t page = 1;              ///< from 1
  std::int64_t per_page = 25;         ///< 1 to 100
  std::optional<std::string> search;  ///< 1 to 128 characters
};
STRATA_DESCRIBED(PageQuery);

/// One page of a list, oldest first. `total` counts all items, also when the page is past the end.
template <class T>
struct Page {
  std::int64_t total = 0;
  std::int64_t per_page = 0;
  std::int64_t page = 0;
  std::vector<T> data;
};

/// The name of a described type's schema: a page of `Location` is `LocationPage`.
std::string page_schema_name(const describe::Schema& item);

template <class T>
const describe::Schema& schema_of(std::type_identity<Page<T>>) {
  static const auto schema = describe::object<Page<T>>(page_schema_name(describe::SchemaFor<T>::get()))
                                 .field("total", &Page<T>::total)
                                 .field("per_page", &Page<T>::per_page)
                                 .field("page", &Page<T>::page)
                                 .field("data", &Page<T>::data)
                                 .build();
  return schema;
}

}  // namespace strata::wire
