#include "strata/process/service.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/process/child.h"
#include "strata/process/line_splitter.h"
#include "strata/process/pipe.h"
#include "strata/process/proc_file.h"

namespace strata::process {
namespace {

constexpr std::size_t kLongestLine = 64 * 1024;
constexpr std::chrono::seconds kStopGrace{10};
constexpr std::chrono::seconds kKillTime{10};
constexpr std::chrono::milliseconds kShortPause{10};
constexpr std::chrono::milliseconds kLongPause{1000};

/// Lines from a pipe as they come; nothing when there is no pipe.
class Output {
 public:
  Output(Descriptor pipe, LineSplitter::Callback on_line) : pipe_(std::move(pipe)), on_line_(std::move(on_line)) {}

  int descriptor() const { return pipe_.get(); }

  /// False when nothing is there now.
  bool take() {
    if (!pipe_) return false;
    const std::ptrdiff_t count = read_available(pipe_, buffer_);
    if (count == 0) pipe_.reset();
    if (count > 0) lines_.add({buffer_.data(), static_cast<std::size_t>(count)}, on_line_);
    return count > 0;
  }

  void finish() {
    while (take()) {
    }
    if (on_line_) lines_.finish(on_line_);
  }

 private:
  Descriptor pipe_;
  LineSplitter::Callback on_line_;
  LineSplitter lines_{kLongestLine, LineSplitter::LongLine::kSplit};
  std::array<char, 16 * 1024> buffer_{};
};

}  // namespace

/// Shared with the watching thread, which may live longer than the Service.
struct Service::Implementation {
  bool dies_with_daemon = false;
  ServiceHandle handle;
  const Descriptor alarm{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};  // somebody waits for the end of the group

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  bool gone = false;        // the child
  bool group_gone = false;  // and whatever it had started in its group
  std::optional<int> status;
  int terminating = 0;  // calls of terminate under way

  /// The watching thread: until the child has ended (`process` is its pidfd) and then until its group has, whose output
  /// is still wanted. `reap` tells how the child ended.
  void watch(int process, const std::function<std::optional<int>()>& reap, Output output) {
    auto pause = kShortPause;
    auto next_check = std::chrono::steady_clock::time_point::max();
    for (bool child_runs = true, group_runs = true; group_runs;) {
      std::array<pollfd, 3> sources{
          {{output.descriptor(), POLLIN, 0}, {child_runs ? process : -1, POLLIN, 0}, {alarm.get(), POLLIN, 0}}};
      if (::poll(sources.data(), sources.size(), child_runs ? -1 : milliseconds_until(next_check)) < 0) continue;
      const auto now = std::chrono::steady_clock::now();
      if (sources[0].revents != 0) output.take();
      if (sources[1].revents != 0) {
        set_gone(reap());
        child_runs = false;
        next_check = now;
      }
      if (sources[2].revents != 0) {
        eventfd_t count = 0;
        ::eventfd_read(alarm.get(), &count);
        next_check = now;
      }
      if (child_runs || now < next_check) continue;
      // The kernel has no event for the end of a group. While somebody waits for it we look more often.
      group_runs = group_is_alive(handle.pid);
      pause = is_terminating() ? kShortPause : std::min(pause * 2, kLongPause);
      next_check = now + pause;
    }
    output.finish();
    set_group_gone();
  }

  void signal_group(int signal) const {
    const std::lock_guard lock(mutex);
    // The number of a group stays taken as long as the group has members; after that it may be another's.
    if (!group_gone) ::kill(-handle.pid, signal);
  }

  bool end_group(std::chrono::milliseconds grace, int signal) {
    count_terminating(1);
    signal_group(signal);
    bool ended = wait_for(&Implementation::group_gone, grace);
    if (!ended) {
      signal_group(SIGKILL);
      ended = wait_for(&Implementation::group_gone, kKillTime);
    }
    count_terminating(-1);
    return ended;
  }

  bool wait_for(const bool Implementation::* condition, std::chrono::milliseconds timeout) const {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, timeout, [&] { return this->*condition; });
  }

 private:
  static int milliseconds_until(std::chrono::steady_clock::time_point time) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, kLongPause.count()));
  }

  void set_gone(std::optional<int> ended_with) {
    const std::lock_guard lock(mutex);
    gone = true;
    status = ended_with;
    changed.notify_all();
  }

  void set_group_gone() {
    const std::lock_guard lock(mutex);
    group_gone = true;
    changed.notify_all();
  }

  void count_terminating(int by) {
    const std::lock_guard lock(mutex);
    terminating += by;
    ::eventfd_write(alarm.get(), 1);
  }

  bool is_terminating() const {
    const std::lock_guard lock(mutex);
    return terminating > 0;
  }
};

Service::Service(std::shared_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

std::shared_ptr<Service::Implementation> Service::make_implementation() {
  auto implementation = std::make_shared<Implementation>();
  if (!implementation->alarm) throw_system_error(errno, "making an event");
  return implementation;
}

std::unique_ptr<Service> Service::start(const Spec& spec, ServiceOptions options) {
  if (!options.dies_with_daemon && options.on_line) {
    throw Error(ErrorKind::kInvalid, "a program that outlives the daemon cannot write to it: give it a file");
  }
  auto shared = make_implementation();
  shared->dies_with_daemon = options.dies_with_daemon;
  shared->handle.boot_id = boot_id();
  std::promise<void> promise;
  auto result = promise.get_future();
  // The kernel binds the child's life to the thread that made it, so that thread stays until the child has ended; it
  // also reaps. Detached because a child may be let go of: the thread holds only what it shares.
  std::thread([shared, &spec, options = std::move(options), started = std::move(promise)]() mutable {
    std::optional<Child> child;
    Pipe output;
    try {
      const Descriptor null = open_null();
      if (options.on_line) output = Pipe::open();
      const int out = options.on_line ? output.theirs.get() : null.get();
      const int standard[3] = {null.get(), out, out};
      child.emplace(Child::start(spec, standard, options.dies_with_daemon));
      output.theirs.reset();
      shared->handle.pid = child->pid();
      // It cannot be reaped by anybody else, so it is there.
      shared->handle.start_ticks = read_stat(open_proc().get(), child->pid()).value_or(ProcStat{}).start_ticks;
    } catch (...) {
      started.set_exception(std::current_exception());
      return;
    }
    started.set_value();  // from here on `spec` may be gone
    const auto reap = [&child]() -> std::optional<int> {
      const Ending ending = child->reap();
      return ending.exit_code ? *ending.exit_code : 128 + ending.signal.value_or(0);
    };
    shared->watch(child->descriptor(), reap, Output(std::move(output.ours), options.on_line));
  }).detach();
  result.get();
  return std::unique_ptr<Service>(new Service(std::move(shared)));
}

std::unique_ptr<Service> Service::attach(const ServiceHandle& handle) {
  if (handle.pid <= 0 || handle.boot_id != boot_id()) return nullptr;
  // First the descriptor, then the comparison: what it points to cannot change in between.
  auto process = std::make_shared<Descriptor>(static_cast<int>(::syscall(SYS_pidfd_open, handle.pid, 0)));
  const auto stat = read_stat(open_proc().get(), handle.pid);
  if (!*process || !stat || stat->start_ticks != handle.start_ticks || stat->state == 'Z') return nullptr;
  auto shared = make_implementation();
  shared->handle = handle;
  std::thread([shared, process] {
    shared->watch(process->get(), [] { return std::nullopt; }, Output({}, nullptr));
  }).detach();
  return std::unique_ptr<Service>(new Service(std::move(shared)));
}

Service::~Service() {
  if (!implementation_->dies_with_daemon) return;
  try {
    terminate(kStopGrace);
  } catch (const std::exception&) {
    // Stuck in the kernel even after SIGKILL: the watching thread reaps it when it lets go.
  }
}

const ServiceHandle& Service::handle() const {
  return implementation_->handle;
}

bool Service::running() const {
  const std::lock_guard lock(implementation_->mutex);
  return !implementation_->gone;
}

void Service::terminate(std::chrono::milliseconds grace, int signal) {
  if (implementation_->end_group(grace, signal)) return;
  throw Error(ErrorKind::kTimeout, "process " + std::to_string(implementation_->handle.pid) +
                                       " does not end even after SIGKILL: it waits for a device, look at the disks");
}

bool Service::wait(std::chrono::milliseconds timeout) const {
  return implementation_->wait_for(&Implementation::gone, timeout);
}

std::optional<int> Service::exit_status() const {
  const std::lock_guard lock(implementation_->mutex);
  return implementation_->status;
}

}  // namespace strata::process
