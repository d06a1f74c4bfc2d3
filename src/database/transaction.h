#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "strata/database/database.h"

namespace strata::database {

/// Several statements that happen together or not at all. Without `commit()` the destructor rolls back. After a failed
/// statement nothing but rolling back is possible (PostgreSQL's rule, kept on SQLite too): where a duplicate is
/// expected, write `on conflict do nothing`. One thread at a time.
///
/// kWrite is `begin immediate` on SQLite: it has the only write lock from the start and cannot fail half-way for want
/// of it. On PostgreSQL it is read committed: lock what you decide upon, by updating its row first or `for update`.
/// kRead is a snapshot: several queries see the same state.
class Transaction {
 public:
  enum class Mode { kWrite, kRead };

  explicit Transaction(Database& database, Mode mode = Mode::kWrite);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Connection& connection() { return connection_; }

  /// Durable when it returns. An Error means rolled back, except kUnavailable on PostgreSQL: when the connection is
  /// lost during commit nobody knows, so make the statements repeatable.
  void commit();

  /// True when the last failure was a deadlock, a serialization failure or a busy lock: the whole transaction can be
  /// run again.
  bool can_be_repeated() const;

 private:
  Connection connection_;
  bool open_ = false;
};

/// Runs `body` in a write transaction and commits; runs it again, up to 5 times in all, when two transactions got into
/// each other's way. So `body` must have no effect outside the database. An Error from `body` rolls back and passes
/// through.
void run_in_transaction(Database& database, const std::function<void(Connection&)>& body);

/// The same for a body with a result.
template <class Body>
auto with_transaction(Database& database, Body body) -> std::invoke_result_t<Body, Connection&> {
  using Result = std::invoke_result_t<Body, Connection&>;
  if constexpr (std::is_void_v<Result>) {
    run_in_transaction(database, body);
  } else {
    std::optional<Result> result;
    run_in_transaction(database, [&](Connection& connection) { result.emplace(body(connection)); });
    return std::move(*result);
  }
}

}  // namespace strata::database
