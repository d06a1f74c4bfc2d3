#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <soci/soci.h>

#include "strata/base/error.h"
#include "strata/database/database.h"
#include "strata/database/url.h"

namespace strata::database {

enum class Role { kReader, kWriter };

/// What a failed statement means for the caller and for the connection.
struct Failure {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  /// Two transactions met: the same again may succeed.
  bool transient = false;
  /// The connection must be replaced.
  bool connection_lost = false;
};

/// What differs between the engines and what SOCI does not cover: values by their stored type, exact error codes,
/// scripts and the state of a connection. Works on SOCI's native handles. Room-internal; stateless, any thread.
class Driver {
 public:
  virtual ~Driver() = default;
  virtual Engine engine() const = 0;

  /// Connects and sets the session up for its role. Throws Error.
  virtual std::unique_ptr<soci::session> connect(Role role) const = 0;

  /// The different names of the placeholders of a prepared statement. `sql` is its text.
  virtual std::vector<std::string> placeholders(soci::statement& statement, std::string_view sql) const = 0;

  /// The rows of a statement that was just executed; `has_row` is what execute answered. kTooLarge beyond `max_rows`.
  virtual Rows read_rows(soci::statement& statement, bool has_row, std::size_t max_rows) const = 0;

  /// Ends an execution: releases locks and memory that the result holds.
  virtual void finish(soci::statement& statement) const noexcept = 0;

  /// Several statements at once, without results. Throws soci_error.
  virtual void run_script(soci::session& session, const std::string& sql) const = 0;

  /// Throws soci_error, also when the server answered by rolling back.
  virtual void commit(soci::session& session) const = 0;

  virtual Failure explain(soci::session& session, Role role, const soci::soci_error& error) const = 0;

  /// Whether a statement can be executed again after it failed.
  virtual bool survives_failure() const = 0;

  /// False when the other side is known to be gone. Does not wait.
  virtual bool is_alive(soci::session& session) const = 0;

  virtual bool in_transaction(soci::session& session) const = 0;

  virtual std::string begin_write() const = 0;
  virtual std::string begin_read() const = 0;
};

std::unique_ptr<Driver> make_sqlite_driver(const Target& target, const Options& options);
std::unique_ptr<Driver> make_postgresql_driver(const Target& target, const Options& options);

}  // namespace strata::database
