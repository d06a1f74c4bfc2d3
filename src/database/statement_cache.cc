#include "strata/database/statement_cache.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::database {

PreparedStatement::PreparedStatement(const Driver& driver, soci::session& connection, std::string_view sql)
    : sql_(sql), statement_(connection) {
  statement_.alloc();
  statement_.prepare(sql_);
  for (auto& name : driver.placeholders(statement_, sql_)) places_.emplace_back().name = std::move(name);
}

PreparedStatement::Kind PreparedStatement::assign(Place& place, const Value& value) {
  place.indicator = value.is_null() ? soci::i_null : soci::i_ok;
  if (const auto* integer = std::get_if<std::int64_t>(&value.content())) {
    place.integer = *integer;
    return Kind::kInteger;
  }
  if (const auto* real = std::get_if<double>(&value.content())) {
    place.real = *real;
    return Kind::kReal;
  }
  if (const auto* text = std::get_if<std::string>(&value.content())) {
    place.text = *text;
    return Kind::kText;
  }
  // Null fits any type: keep what is bound.
  return place.kind == Kind::kUnbound ? Kind::kText : place.kind;
}

void PreparedStatement::bind(const Parameters& parameters) {
  bool changed = false;
  for (Place& place : places_) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const Parameter& parameter) { return parameter.name == place.name; });
    if (found == parameters.end()) {
      throw Error(ErrorKind::kInternal, fmt::format("no parameter is given for :{} in: {}", place.name, sql_));
    }
    const Kind kind = assign(place, found->value);
    changed = changed || kind != place.kind;
    place.kind = kind;
  }
  if (parameters.size() != places_.size()) {
    throw Error(ErrorKind::kInternal, fmt::format("there is a parameter without placeholder for: {}", sql_));
  }
  if (changed) rebind();
}

void PreparedStatement::rebind() {
  statement_.bind_clean_up();
  for (Place& place : places_) {
    if (place.kind == Kind::kInteger) {
      statement_.exchange(soci::use(place.integer, place.indicator, place.name));
    } else if (place.kind == Kind::kReal) {
      statement_.exchange(soci::use(place.real, place.indicator, place.name));
    } else {
      statement_.exchange(soci::use(place.text, place.indicator, place.name));
    }
  }
  statement_.define_and_bind();
}

StatementCache::StatementCache(const Driver& driver, soci::session& connection, std::size_t capacity)
    : driver_(driver), connection_(connection), capacity_(std::max<std::size_t>(capacity, 1)) {}

PreparedStatement& StatementCache::get(std::string_view sql) {
  if (const auto found = by_sql_.find(sql); found != by_sql_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return *order_.front();
  }
  auto statement = std::make_unique<PreparedStatement>(driver_, connection_, sql);
  if (order_.size() >= capacity_) drop(order_.back()->sql());
  order_.push_front(std::move(statement));
  by_sql_.emplace(order_.front()->sql(), order_.begin());
  return *order_.front();
}

void StatementCache::drop(std::string_view sql) {
  const auto found = by_sql_.find(sql);
  if (found == by_sql_.end()) return;
  const auto position = found->second;
  by_sql_.erase(found);
  order_.erase(position);
}

}  // namespace strata::database
