#include "strata/database/transaction.h"

#include <chrono>
#include <thread>

#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/database/session.h"

namespace strata::database {

Transaction::Transaction(Database& database, Mode mode)
    : connection_(mode == Mode::kWrite ? database.writer() : database.reader()) {
  connection_.session_->begin(mode == Mode::kWrite);
  open_ = true;
}

Transaction::~Transaction() {
  if (open_) connection_.session_->rollback();
}

void Transaction::commit() {
  if (!open_) throw Error(ErrorKind::kInternal, "a transaction was committed twice");
  connection_.session_->commit();
  open_ = false;
}

bool Transaction::can_be_repeated() const {
  return connection_.session_->failed_transiently();
}

void run_in_transaction(Database& database, const std::function<void(Connection&)>& body) {
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    {
      Transaction transaction(database);
      try {
        body(transaction.connection());
        transaction.commit();
        return;
      } catch (const Error&) {
        if (attempt == kAttempts || !transaction.can_be_repeated()) throw;
      }
    }
    // Rolled back. Both parties of a deadlock come here: a random pause lets one go first.
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(20.0 * attempt * random_fraction()));
  }
}

}  // namespace strata::database
