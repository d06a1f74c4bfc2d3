#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "strata/database/driver.h"
#include "strata/database/value.h"

namespace strata::database {

/// A statement prepared on one connection, with a place for each parameter. SOCI binds addresses, so the places stay
/// put; they are bound again only when a parameter's type differs from the last time. Room-internal.
class PreparedStatement {
 public:
  PreparedStatement(const Driver& driver, soci::session& connection, std::string_view sql);
  PreparedStatement(const PreparedStatement&) = delete;
  PreparedStatement& operator=(const PreparedStatement&) = delete;

  const std::string& sql() const { return sql_; }
  soci::statement& native() { return statement_; }

  /// kInternal when the names of the parameters are not exactly those of the placeholders.
  void bind(const Parameters& parameters);

 private:
  enum class Kind { kUnbound, kInteger, kReal, kText };
  struct Place {
    std::string name;
    Kind kind = Kind::kUnbound;
    long long integer = 0;
    double real = 0;
    std::string text;
    soci::indicator indicator = soci::i_null;
  };
  static Kind assign(Place& place, const Value& value);
  void rebind();

  const std::string sql_;
  std::vector<Place> places_;  // never resized after the constructor; outlives statement_
  soci::statement statement_;
};

/// The statements of one connection; the one unused longest makes room. Room-internal.
class StatementCache {
 public:
  StatementCache(const Driver& driver, soci::session& connection, std::size_t capacity);

  /// Prepares on first use. The reference holds until the next call.
  PreparedStatement& get(std::string_view sql);
  void drop(std::string_view sql);

 private:
  const Driver& driver_;
  soci::session& connection_;
  const std::size_t capacity_;
  using Order = std::list<std::unique_ptr<PreparedStatement>>;
  Order order_;  // latest use first
  std::unordered_map<std::string_view, Order::iterator> by_sql_;
};

}  // namespace strata::database
