#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/value.h"

namespace strata::database {

/// One row of a result, by column name. The getters ask for a type: a column that is missing, null where a value is
/// asked for, or not of that type is our defect (kInternal, naming the column); an id that does not parse is kCorrupt.
/// The `optional_` forms answer nullopt for null. A value of its own; any thread.
class Row {
 public:
  using Columns = std::vector<std::string>;
  Row(std::shared_ptr<const Columns> columns, std::vector<Value> values);

  bool is_null(std::string_view column) const { return at(column).is_null(); }
  const std::string& text(std::string_view column) const;
  std::int64_t integer(std::string_view column) const;
  double real(std::string_view column) const;
  bool boolean(std::string_view column) const;
  Timestamp time(std::string_view column) const;
  Uuid uuid(std::string_view column) const;
  template <class IdType>
  IdType id(std::string_view column) const {
    return IdType(uuid(column));
  }

  std::optional<std::string> optional_text(std::string_view column) const;
  std::optional<std::int64_t> optional_integer(std::string_view column) const;
  std::optional<double> optional_real(std::string_view column) const;
  std::optional<bool> optional_boolean(std::string_view column) const;
  std::optional<Timestamp> optional_time(std::string_view column) const;
  template <class IdType>
  std::optional<IdType> optional_id(std::string_view column) const {
    if (is_null(column)) return std::nullopt;
    return id<IdType>(column);
  }

  const Value& at(std::string_view column) const;
  const Columns& columns() const { return *columns_; }

 private:
  std::shared_ptr<const Columns> columns_;
  std::vector<Value> values_;
};

using Rows = std::vector<Row>;

}  // namespace strata::database
