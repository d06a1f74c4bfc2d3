#include "strata/database/pool.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::database {

Pool::Pool(Target target, Options options)
    : target_(std::move(target)),
      options_(options),
      driver_(target_.engine == Engine::kSqlite ? make_sqlite_driver(target_, options_)
                                                : make_postgresql_driver(target_, options_)) {
  if (target_.engine == Engine::kSqlite) {
    writers_.capacity = 1;
    readers_.capacity = std::max<std::size_t>(options_.connections, 2) - 1;
  } else {
    writers_.capacity = std::max<std::size_t>(options_.connections, 1);
  }
  if (target_.in_memory) anchor_ = open(Role::kReader);
}

std::unique_ptr<Session> Pool::open(Role role) {
  return std::make_unique<Session>(*driver_, role, options_);
}

std::unique_ptr<Session> Pool::take(Role role) {
  std::unique_ptr<Session> session;
  {
    std::unique_lock lock(mutex_);
    Lane& lane = this->lane(role);
    const std::uint64_t ticket = next_ticket_++;
    lane.waiting.push_back(ticket);
    const bool in_time = changed_.wait_for(lock, options_.lease_timeout, [&] {
      return lane.waiting.front() == ticket && (!lane.idle.empty() || lane.open < lane.capacity);
    });
    std::erase(lane.waiting, ticket);
    changed_.notify_all();
    if (!in_time) {
      throw Error(ErrorKind::kUnavailable,
                  fmt::format("all {} connections to {} are busy: try again", lane.capacity, target_.shown));
    }
    if (lane.idle.empty()) {
      ++lane.open;
    } else {
      session = std::move(lane.idle.back());
      lane.idle.pop_back();
    }
  }
  if (session && session->is_usable()) return session;
  try {
    session.reset();
    return open(role);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    --lane(role).open;
    changed_.notify_all();
    throw;
  }
}

std::size_t Pool::waiting(Role role) {
  const std::lock_guard lock(mutex_);
  return lane(role).waiting.size();
}

void Pool::give_back(std::unique_ptr<Session> session) noexcept {
  const Role role = session->role();
  if (!session->is_usable()) session.reset();
  const std::lock_guard lock(mutex_);
  Lane& lane = this->lane(role);
  if (session) {
    lane.idle.push_back(std::move(session));
  } else {
    --lane.open;
  }
  changed_.notify_all();
}

}  // namespace strata::database
