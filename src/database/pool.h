#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "strata/database/session.h"
#include "strata/database/url.h"

namespace strata::database {

/// Lends the connections of a database, in the order in which callers came, and opens them on demand. SQLite has two
/// lanes: one writer, since SQLite has one anyway and waiting here is fair, and readers beside it. PostgreSQL has one
/// lane. Room-internal. Any thread.
class Pool {
 public:
  Pool(Target target, Options options);

  /// Waits up to `Options::lease_timeout`, then kUnavailable. A connection that died while idle is replaced.
  std::unique_ptr<Session> take(Role role);

  /// Takes a connection back; one that is no longer usable is closed.
  void give_back(std::unique_ptr<Session> session) noexcept;

  /// How many callers wait; for tests.
  std::size_t waiting(Role role);

  const Target& target() const { return target_; }
  Engine engine() const { return target_.engine; }

 private:
  struct Lane {
    std::size_t capacity = 0;
    std::size_t open = 0;
    std::vector<std::unique_ptr<Session>> idle;
    std::deque<std::uint64_t> waiting;
  };
  Lane& lane(Role role) { return role == Role::kReader && engine() == Engine::kSqlite ? readers_ : writers_; }
  std::unique_ptr<Session> open(Role role);

  const Target target_;
  const Options options_;
  const std::unique_ptr<Driver> driver_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t next_ticket_ = 0;
  std::unique_ptr<Session> anchor_;  // keeps a memory database alive
  Lane writers_;
  Lane readers_;
};

}  // namespace strata::database
