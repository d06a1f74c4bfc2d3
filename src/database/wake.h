#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "strata/base/log.h"
#include "strata/database/database.h"

namespace strata::database {

/// Tells waiting workers that there may be something to do, instead of polling: within the process with SQLite, between
/// all processes of one database with PostgreSQL (LISTEN/NOTIFY on a connection of its own). A wake carries no data and
/// several may arrive as one; one may also come without reason (after a lost connection every channel is woken). So a
/// callback looks into the database for what there is. Any thread.
class Wake {
 public:
  using Callback = std::function<void()>;

  /// Ends when it goes: then the callback does not run any more, and one that runs has returned. Not to be destroyed
  /// from inside its own callback.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Subscription&&) noexcept;
    Subscription& operator=(Subscription&&) noexcept;
    ~Subscription();

   private:
    friend class Wake;
    struct State;
    explicit Subscription(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
  };

  /// `log` must outlive this object. Starts one thread, on which all callbacks run, one at a time. What a callback
  /// throws is logged.
  Wake(Database& database, Log& log);
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  /// Wakes the subscribers of the channel; call it after the commit. Returns at once and does not fail when the
  /// database is away: a wake is a hint, workers also look on their own from time to time, and the loss is logged. A
  /// channel is 1 to 40 of [a-z0-9_], else kInternal.
  void wake(std::string_view channel);

  /// At most 256 different channels, then kTooLarge. The first call may come without a wake.
  [[nodiscard]] Subscription subscribe(std::string_view channel, Callback callback);

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::database
