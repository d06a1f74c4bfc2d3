#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "strata/database/database.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// A paged list as SQL. The texts are joined into few different statements, which the database keeps prepared.
struct ListSql {
  std::string_view columns;  ///< what is selected
  std::string_view table;    ///< "locations l": what is counted, and the left-most of the join
  std::string_view joins;    ///< " left join …" for the columns; must neither drop nor repeat rows; may be empty
  std::string_view row;      ///< "l": has `uuid`, `created` and the searched column
  std::string_view searched = "name";
};

/// The conditions of one list, and their parameters.
class ListConditions {
 public:
  /// `text` is a literal such as "l.deleted is null".
  ListConditions& with(std::string_view text);
  ListConditions& with(std::string_view text, database::Parameter parameter);

  /// `text` anywhere in `row.column`, without case (of ASCII letters) and literally. Nothing for nullopt.
  ListConditions& with_search(std::string_view row, std::string_view column, const std::optional<std::string>& text);

  std::string where() const;
  const std::vector<database::Parameter>& parameters() const { return parameters_; }

 private:
  std::string conditions_;
  std::vector<database::Parameter> parameters_;
};

/// The text as a LIKE pattern that finds it anywhere: `%`, `_` and `\` are escaped with `\`.
std::string containing(std::string_view text);

/// How many rows there are, and those of the page, oldest first. In a read transaction the two agree.
std::pair<std::int64_t, database::Rows> select_page(database::Connection& connection, const ListSql& sql,
                                                    ListConditions conditions, const wire::PageQuery& query);

/// The same with each row read by `read`.
template <class Read>
auto list_page(database::Connection& connection, const ListSql& sql, ListConditions conditions,
               const wire::PageQuery& query, Read read) {
  using Item = std::invoke_result_t<Read, const database::Row&>;
  auto [total, rows] = select_page(connection, sql, std::move(conditions), query);
  wire::Page<Item> page{.total = total, .per_page = query.per_page, .page = query.page, .data = {}};
  page.data.reserve(rows.size());
  for (const auto& row : rows) page.data.push_back(read(row));
  return page;
}

/// "l.uuid as location_uuid, l.name as location_name": the columns of one table inside a join.
std::string aliased(std::span<const std::string_view> columns, std::string_view table, std::string_view prefix);

}  // namespace strata::panel
