#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "strata/database/driver.h"
#include "strata/database/row.h"
#include "strata/database/value.h"

namespace strata::database {

class StatementCache;

/// One connection with its prepared statements and the state of its transaction. Room-internal; one thread at a time.
class Session {
 public:
  /// `driver` must outlive the session. Throws what `Driver::connect` throws.
  Session(const Driver& driver, Role role, const Options& options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Rows query(std::string_view sql, const Parameters& parameters);
  std::int64_t execute(std::string_view sql, const Parameters& parameters);
  void run_script(std::string_view sql);

  void begin(bool write);
  void commit();
  /// Never throws: a connection that cannot roll back is marked lost and will be replaced.
  void rollback() noexcept;

  Engine engine() const { return engine_; }
  Role role() const { return role_; }
  /// The last failure was that of two transactions that met.
  bool failed_transiently() const { return failed_transiently_; }
  /// Fit to be lent again. Does not wait.
  bool is_usable() const;

 private:
  template <class Work>
  auto guarded(std::string_view sql, Work work);
  void require_working_transaction() const;

  const Driver& driver_;
  const Role role_;
  const Engine engine_;
  const std::size_t max_rows_;
  std::unique_ptr<soci::session> connection_;
  std::unique_ptr<StatementCache> statements_;  // before the connection goes, they must
  bool in_transaction_ = false;
  bool transaction_failed_ = false;
  bool failed_transiently_ = false;
  bool lost_ = false;
};

}  // namespace strata::database
