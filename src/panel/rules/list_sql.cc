#include "strata/panel/rules/list_sql.h"

#include <fmt/format.h>

namespace strata::panel {

ListConditions& ListConditions::with(std::string_view text) {
  conditions_.append(conditions_.empty() ? " where " : " and ").append(text);
  return *this;
}

ListConditions& ListConditions::with(std::string_view text, database::Parameter parameter) {
  parameters_.push_back(std::move(parameter));
  return with(text);
}

ListConditions& ListConditions::with_search(std::string_view row, std::string_view column,
                                            const std::optional<std::string>& text) {
  if (!text) return *this;
  return with(fmt::format(R"(lower({}.{}) like lower(:search) escape '\')", row, column),
              {"search", containing(*text)});
}

std::string ListConditions::where() const {
  return conditions_;
}

std::string containing(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

std::pair<std::int64_t, database::Rows> select_page(database::Connection& connection, const ListSql& sql,
                                                    ListConditions conditions, const wire::PageQuery& query) {
  conditions.with_search(sql.row, sql.searched, query.search);
  const auto where = conditions.where();
  auto parameters = conditions.parameters();
  const auto total =
      connection.query_one(fmt::format("select count(*) as total from {}{}", sql.table, where), parameters)
          .integer("total");
  parameters.push_back({"limit", query.per_page});
  parameters.push_back({"offset", (query.page - 1) * query.per_page});
  auto rows = connection.query(
      fmt::format("select {0} from {1}{2}{3} order by {4}.created, {4}.uuid limit :limit offset :offset", sql.columns,
                  sql.table, sql.joins, where, sql.row),
      parameters);
  return {total, std::move(rows)};
}

std::string aliased(std::span<const std::string_view> columns, std::string_view table, std::string_view prefix) {
  std::string text;
  for (const auto column : columns) {
    if (!text.empty()) text += ", ";
    text += fmt::format("{0}.{1} as {2}{1}", table, column, prefix);
  }
  return text;
}

}  // namespace strata::panel
