#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "strata/database/row.h"
#include "strata/database/value.h"

namespace strata::database {

enum class Engine { kSqlite, kPostgresql };

struct Options {
  /// Connections at most. SQLite: one writer and the rest readers, so at least 2. PostgreSQL: any mix, opened on
  /// demand.
  std::size_t connections = 8;
  /// How long a caller waits for a free connection, in the order of arrival; then kUnavailable.
  std::chrono::milliseconds lease_timeout = std::chrono::seconds(30);
  /// How long a statement waits for a lock that another process or transaction holds; then kUnavailable.
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(10);
  /// PostgreSQL: a statement that runs longer is ended by the server (kTimeout).
  std::chrono::milliseconds statement_timeout = std::chrono::seconds(60);
  /// Prepared statements kept per connection; the one unused longest makes room.
  std::size_t statement_cache = 256;
  /// A result with more rows is kTooLarge: lists are paged in SQL.
  std::size_t max_rows = 100'000;
};

class Session;
class Pool;

/// A connection on loan: goes back to its pool when this object goes. Runs statements of one SQL that both engines
/// understand: placeholders `:name`, `cast(x as text)` instead of `::text`, no comments inside statements (an
/// apostrophe in one would hide a placeholder), `cast(:x as text) is null` where PostgreSQL cannot tell a parameter's
/// type. Statements are prepared once per connection and kept, so pass constant SQL and put what varies into
/// parameters. Blocks: use it on worker threads. One thread at a time.
///
/// Errors: kConflict for a unique or foreign key violation (the text says which), kInvalid for other constraints,
/// kUnavailable when the database is gone or locked by others, kNoSpace when its disk is full, kTimeout, kInternal for
/// a statement that is wrong. No message contains a parameter's value.
class Connection {
 public:
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  ~Connection();

  /// Rows of a `select`, or of an `insert|update|delete … returning`.
  Rows query(std::string_view sql, Parameters parameters = {});
  /// Exactly one row. None is kNotFound, more than one is kInternal.
  Row query_one(std::string_view sql, Parameters parameters = {});
  /// One row or none. More than one is kInternal.
  std::optional<Row> query_optional(std::string_view sql, Parameters parameters = {});
  /// The number of rows inserted, updated or deleted.
  std::int64_t execute(std::string_view sql, Parameters parameters = {});

  /// Several statements separated by semicolons, without placeholders or results: for migrations.
  void execute_script(std::string_view sql);

  Engine engine() const;

 private:
  friend class Database;
  friend class Transaction;
  Connection(std::shared_ptr<Pool> pool, std::unique_ptr<Session> session);
  std::shared_ptr<Pool> pool_;
  std::unique_ptr<Session> session_;
};

/// A database and its pool of connections. Any thread.
///
/// SQLite: WAL, synchronous=FULL (a commit survives power loss), foreign keys on, files 0600. Writes go through one
/// connection in the order of arrival, reads through the others and never wait for a write. PostgreSQL: read committed,
/// one pool for both; a connection that was lost is replaced at its next loan.
class Database {
 public:
  /// `sqlite:/absolute/path.db`, `sqlite::memory:` (private to this object, for tests), or `postgresql://…` as libpq
  /// takes it. Opens one connection at once, so a wrong URL, a missing folder or a server that does not answer is
  /// reported here: kInvalid or kUnavailable, never showing a password.
  static Database open(std::string_view url, Options options = {});
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  /// A loan for reading only: on SQLite a statement that writes is refused. Do not hold one loan while asking for
  /// another of the same kind: with every connection lent to such callers nobody could go on.
  Connection reader();
  /// A loan for reading and writing; each statement commits by itself. See `Transaction` for several.
  Connection writer();

  /// A loan for one statement: `reader().query(…)` and so on.
  Rows query(std::string_view sql, Parameters parameters = {});
  Row query_one(std::string_view sql, Parameters parameters = {});
  std::optional<Row> query_optional(std::string_view sql, Parameters parameters = {});
  /// `writer().execute(…)`, and `writer().query(…)` for `insert|update|delete … returning`.
  std::int64_t execute(std::string_view sql, Parameters parameters = {});
  Rows execute_returning(std::string_view sql, Parameters parameters = {});

  Engine engine() const;

 private:
  friend class Wake;
  explicit Database(std::shared_ptr<Pool> pool);
  std::shared_ptr<Pool> pool_;
};

}  // namespace strata::database
