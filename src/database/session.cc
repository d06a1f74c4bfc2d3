#include "strata/database/session.h"

#include <utility>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/database/statement_cache.h"

namespace strata::database {

Session::Session(const Driver& driver, Role role, const Options& options)
    : driver_(driver),
      role_(role),
      engine_(driver.engine()),
      max_rows_(options.max_rows),
      connection_(driver.connect(role)),
      statements_(std::make_unique<StatementCache>(driver, *connection_, options.statement_cache)) {}

Session::~Session() = default;

/// Runs `work` and turns SOCI's errors into ours. `sql` is shown where the statement itself is wrong; SOCI's own
/// context is not used, it repeats the parameters.
template <class Work>
auto Session::guarded(std::string_view sql, Work work) {
  failed_transiently_ = false;
  try {
    return work();
  } catch (const soci::soci_error& error) {
    const Failure failure = driver_.explain(*connection_, role_, error);
    if (!driver_.survives_failure()) statements_->drop(sql);
    transaction_failed_ = in_transaction_;
    failed_transiently_ = failure.transient;
    lost_ = lost_ || failure.connection_lost;
    if (failure.kind == ErrorKind::kInternal) {
      throw Error(failure.kind, fmt::format("{} in: {}", failure.message, sql.substr(0, 500)));
    }
    throw Error(failure.kind, failure.message);
  } catch (...) {
    transaction_failed_ = in_transaction_;
    throw;
  }
}

namespace {

/// Ends the execution of a statement however the block is left.
class Execution {
 public:
  Execution(const Driver& driver, PreparedStatement& statement) : driver_(driver), statement_(statement) {}
  ~Execution() { driver_.finish(statement_.native()); }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

 private:
  const Driver& driver_;
  PreparedStatement& statement_;
};

}  // namespace

Rows Session::query(std::string_view sql, const Parameters& parameters) {
  require_working_transaction();
  return guarded(sql, [&] {
    PreparedStatement& statement = statements_->get(sql);
    statement.bind(parameters);
    const Execution execution(driver_, statement);
    const bool has_row = statement.native().execute(true);
    return driver_.read_rows(statement.native(), has_row, max_rows_);
  });
}

std::int64_t Session::execute(std::string_view sql, const Parameters& parameters) {
  require_working_transaction();
  return guarded(sql, [&]() -> std::int64_t {
    PreparedStatement& statement = statements_->get(sql);
    statement.bind(parameters);
    const Execution execution(driver_, statement);
    statement.native().execute(true);
    return statement.native().get_affected_rows();
  });
}

void Session::run_script(std::string_view sql) {
  require_working_transaction();
  guarded(sql, [&] { driver_.run_script(*connection_, std::string(sql)); });
}

void Session::begin(bool write) {
  run_script(write ? driver_.begin_write() : driver_.begin_read());
  in_transaction_ = true;
  transaction_failed_ = false;
}

void Session::commit() {
  require_working_transaction();
  guarded("commit", [&] { driver_.commit(*connection_); });
  in_transaction_ = false;
}

void Session::rollback() noexcept {
  try {
    if (driver_.in_transaction(*connection_)) driver_.run_script(*connection_, "rollback");
  } catch (const std::exception&) {
    // The reason of the rollback is on its way to the caller already; this connection is not lent again.
    lost_ = true;
  }
  in_transaction_ = false;
  transaction_failed_ = false;
}

bool Session::is_usable() const {
  return !lost_ && !in_transaction_ && driver_.is_alive(*connection_);
}

void Session::require_working_transaction() const {
  if (transaction_failed_) {
    throw Error(ErrorKind::kInternal, "a statement was given to a transaction that had already failed");
  }
}

}  // namespace strata::database
