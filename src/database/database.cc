#include "strata/database/database.h"

#include <utility>

#include "strata/base/error.h"
#include "strata/database/pool.h"
#include "strata/database/session.h"

namespace strata::database {

Connection::Connection(std::shared_ptr<Pool> pool, std::unique_ptr<Session> session)
    : pool_(std::move(pool)), session_(std::move(session)) {}

Connection::Connection(Connection&& other) noexcept = default;

Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(pool_, other.pool_);
  std::swap(session_, other.session_);
  return *this;
}

Connection::~Connection() {
  if (session_) pool_->give_back(std::move(session_));
}

Rows Connection::query(std::string_view sql, Parameters parameters) {
  return session_->query(sql, parameters);
}

Row Connection::query_one(std::string_view sql, Parameters parameters) {
  auto row = query_optional(sql, parameters);
  if (!row) throw Error(ErrorKind::kNotFound, "no such record");
  return std::move(*row);
}

std::optional<Row> Connection::query_optional(std::string_view sql, Parameters parameters) {
  Rows rows = query(sql, parameters);
  if (rows.empty()) return std::nullopt;
  if (rows.size() > 1) {
    throw Error(ErrorKind::kInternal, "one row was expected, several came from: " + std::string(sql));
  }
  return std::move(rows.front());
}

std::int64_t Connection::execute(std::string_view sql, Parameters parameters) {
  return session_->execute(sql, parameters);
}

void Connection::execute_script(std::string_view sql) {
  session_->run_script(sql);
}

Engine Connection::engine() const {
  return session_->engine();
}

Database Database::open(std::string_view url, Options options) {
  auto pool = std::make_shared<Pool>(parse_url(url), options);
  pool->give_back(pool->take(Role::kWriter));
  return Database(std::move(pool));
}

Database::Database(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Connection Database::reader() {
  return Connection(pool_, pool_->take(Role::kReader));
}

Connection Database::writer() {
  return Connection(pool_, pool_->take(Role::kWriter));
}

Rows Database::query(std::string_view sql, Parameters parameters) {
  return reader().query(sql, parameters);
}

Row Database::query_one(std::string_view sql, Parameters parameters) {
  return reader().query_one(sql, parameters);
}

std::optional<Row> Database::query_optional(std::string_view sql, Parameters parameters) {
  return reader().query_optional(sql, parameters);
}

std::int64_t Database::execute(std::string_view sql, Parameters parameters) {
  return writer().execute(sql, parameters);
}

Rows Database::execute_returning(std::string_view sql, Parameters parameters) {
  return writer().query(sql, parameters);
}

Engine Database::engine() const {
  return pool_->engine();
}

}  // namespace strata::database
