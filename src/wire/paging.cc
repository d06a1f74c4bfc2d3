#include "strata/wire/paging.h"

#include "strata/base/error.h"

namespace strata::wire {

const describe::Schema& schema_of(std::type_identity<PageQuery>) {
  static const auto schema = describe::object<PageQuery>("PageQuery")
                                 .field("page", &PageQuery::page)
                                 .defaulted()
                                 .range(1, 1'000'000'000)
                                 .field("per_page", &PageQuery::per_page)
                                 .defaulted()
                                 .range(1, 100)
                                 .field("search", &PageQuery::search)
                                 .length(1, 128)
                                 .build();
  return schema;
}

std::string page_schema_name(const describe::Schema& item) {
  const auto* named = dynamic_cast<const describe::NamedSchema*>(&item);
  if (named == nullptr) throw Error(ErrorKind::kInternal, "only a list of a described type can be paged");
  return named->name() + "Page";
}

}  // namespace strata::wire
