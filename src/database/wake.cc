#include "strata/database/wake.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/database/listener.h"
#include "strata/database/pool.h"

namespace strata::database {
namespace {

constexpr std::size_t kMaximumChannels = 256;
constexpr std::size_t kMaximumChannelLength = 40;
constexpr std::chrono::seconds kFirstRetry{1};
constexpr std::chrono::seconds kLastRetry{30};

std::string checked(std::string_view channel) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (channel.empty() || channel.size() > kMaximumChannelLength ||
      !std::all_of(channel.begin(), channel.end(), allowed)) {
    throw Error(ErrorKind::kInternal, "the name of a wake-up channel is 1 to 40 of a-z, 0-9 and _");
  }
  return std::string(channel);
}

}  // namespace

struct Wake::Subscription::State {
  std::mutex mutex;  // held while the callback runs
  Callback callback;
};

Wake::Subscription::Subscription(std::shared_ptr<State> state) : state_(std::move(state)) {}
Wake::Subscription::Subscription(Subscription&&) noexcept = default;

Wake::Subscription& Wake::Subscription::operator=(Subscription&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Wake::Subscription::~Subscription() {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  state_->callback = nullptr;
}

struct Wake::Implementation {
  Log& log;
  const std::optional<Secret> postgresql;  // absent: wakes stay within the process
  const int alarm;                         // eventfd: there is something in the members under the mutex

  std::mutex mutex;
  std::map<std::string, std::vector<std::weak_ptr<Subscription::State>>> subscribers;
  std::set<std::string> to_wake;
  std::set<std::string> to_listen;

  // Of the thread only.
  std::unique_ptr<Listener> listener;
  std::chrono::steady_clock::time_point next_try{};
  std::chrono::seconds retry = kFirstRetry;

  std::jthread thread;

  Implementation(Log& log_in, std::optional<Secret> connection_string)
      : log(log_in), postgresql(std::move(connection_string)), alarm(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (alarm < 0) throw_system_error(errno, "making an event for wake-ups");
    thread = std::jthread([this](std::stop_token stop) { run(stop); });
  }

  ~Implementation() {
    thread.request_stop();
    ring();
    thread.join();
    ::close(alarm);
  }

  void ring() const { ::eventfd_write(alarm, 1); }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (postgresql && !listener) connect();
      exchange();
      wait();
    }
  }

  /// Makes the connection and listens to every channel again. All are woken: what came meanwhile is not known.
  void connect() {
    if (std::chrono::steady_clock::now() < next_try) return;
    try {
      auto fresh = std::make_unique<Listener>(*postgresql);
      const std::lock_guard lock(mutex);
      for (const auto& [channel, states] : subscribers) to_listen.insert(channel);
      listener = std::move(fresh);
      retry = kFirstRetry;
    } catch (const Error& error) {
      lost(error);
    }
  }

  void lost(const Error& error) {
    listener.reset();
    log.warning("wake-ups between processes are off until the database is back",
                {{"error", error.message()}, {"retry_seconds", std::to_string(retry.count())}});
    next_try = std::chrono::steady_clock::now() + retry;
    retry = std::min(retry * 2, kLastRetry);
  }

  /// Sends what is to be sent and runs the callbacks of what has arrived.
  void exchange() {
    std::set<std::string> wakes;
    std::set<std::string> listens;
    {
      const std::lock_guard lock(mutex);
      wakes.swap(to_wake);
      if (listener) listens.swap(to_listen);
    }
    std::set<std::string> arrived;
    if (listener) {
      try {
        for (const auto& channel : listens) listener->listen(channel);
        // A wake sent between the subscription and this moment was missed.
        arrived = listens;
        for (const auto& channel : wakes) listener->notify(channel);
        arrived.merge(listener->take());
      } catch (const Error& error) {
        lost(error);
      }
    }
    // Without the database our own process is still woken.
    if (!listener) arrived.merge(wakes);
    for (const auto& channel : arrived) deliver(channel);
  }

  void wait() {
    pollfd sources[2] = {{alarm, POLLIN, 0}, {listener ? listener->socket() : -1, POLLIN, 0}};
    int timeout = -1;
    if (postgresql && !listener) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_try - std::chrono::steady_clock::now());
      timeout = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }
    (void)::poll(sources, 2, timeout);  // EINTR is one more round
    eventfd_t count = 0;
    (void)::eventfd_read(alarm, &count);  // empty when the socket was the reason
  }

  void deliver(const std::string& channel) {
    std::vector<std::shared_ptr<Subscription::State>> states;
    {
      const std::lock_guard lock(mutex);
      const auto found = subscribers.find(channel);
      if (found == subscribers.end()) return;
      std::erase_if(found->second, [](const auto& state) { return state.expired(); });
      for (const auto& state : found->second) {
        if (auto alive = state.lock()) states.push_back(std::move(alive));
      }
    }
    for (const auto& state : states) {
      const std::lock_guard lock(state->mutex);
      if (!state->callback) continue;
      try {
        state->callback();
      } catch (const std::exception& error) {
        log.error("a worker failed when it was woken", {{"channel", channel}, {"error", error.what()}});
      }
    }
  }
};

Wake::Wake(Database& database, Log& log) {
  std::optional<Secret> connection_string;
  if (database.engine() == Engine::kPostgresql) connection_string = database.pool_->target().connection_string;
  implementation_ = std::make_unique<Implementation>(log, std::move(connection_string));
}

Wake::~Wake() = default;

void Wake::wake(std::string_view channel) {
  auto name = checked(channel);
  {
    const std::lock_guard lock(implementation_->mutex);
    // Bounded by the names in the program; a name that nobody subscribes to here may have subscribers elsewhere.
    if (implementation_->to_wake.size() >= kMaximumChannels)
      throw Error(ErrorKind::kTooLarge, "too many wake-up channels");
    implementation_->to_wake.insert(std::move(name));
  }
  implementation_->ring();
}

Wake::Subscription Wake::subscribe(std::string_view channel, Callback callback) {
  auto name = checked(channel);
  auto state = std::make_shared<Subscription::State>();
  state->callback = std::move(callback);
  {
    const std::lock_guard lock(implementation_->mutex);
    if (implementation_->subscribers.size() >= kMaximumChannels && !implementation_->subscribers.contains(name)) {
      throw Error(ErrorKind::kTooLarge, "too many wake-up channels");
    }
    implementation_->subscribers[name].push_back(state);
    if (implementation_->postgresql) implementation_->to_listen.insert(std::move(name));
  }
  implementation_->ring();
  return Subscription(std::move(state));
}

}  // namespace strata::database
