#include "strata/process/run.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/process/child.h"
#include "strata/process/descriptor.h"
#include "strata/process/line_splitter.h"
#include "strata/process/pipe.h"

namespace strata::process {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// After the program and its group are gone, output can only come from something that left the group: it is not waited
/// for.
constexpr std::chrono::seconds kDrainTime{2};
constexpr SteadyTime kNever = SteadyTime::max();

/// One program from start to end. All in one thread: a poll loop over its pipes, its end, the stop token and the clock.
class Run {
 public:
  Run(const Spec& spec, const RunOptions& options)
      : options_(options),
        name_(spec.program),
        stop_event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        output_lines_(options.maximum_line, LineSplitter::LongLine::kRefuse),
        error_lines_(options.maximum_line, LineSplitter::LongLine::kSplit),
        child_(start(spec)) {
    if (options_.timeout.count() > 0) next_step_ = std::chrono::steady_clock::now() + options_.timeout;
  }

  Result wait() {
    const std::stop_callback on_stop(options_.stop, [this] { ::eventfd_write(stop_event_.get(), 1); });
    while (!ended_ || output_ || errors_) {
      if (ended_ && std::chrono::steady_clock::now() >= next_step_) break;
      step();
    }
    if (!failure_) attempt([this] { finish_lines(); });
    const Ending ending = child_.reap();
    result_.exit_code = ending.exit_code;
    result_.signal = ending.signal;
    if (failure_) std::rethrow_exception(failure_);
    return std::move(result_);
  }

 private:
  Child start(const Spec& spec) {
    if (!stop_event_) throw_system_error(errno, "making an event");
    // A file in memory instead of a pipe: nothing to feed, and no SIGPIPE when the program does not read it all.
    const Descriptor input = options_.input.empty() ? open_null() : secret_file(Secret(options_.input), "stdin");
    Pipe output = Pipe::open();
    Pipe errors = Pipe::open();
    const int standard[3] = {input.get(), output.theirs.get(), errors.theirs.get()};
    Child child = Child::start(spec, standard);
    output_ = std::move(output.ours);
    errors_ = std::move(errors.ours);
    return child;
  }

  void step() {
    // A negative descriptor is left out by poll.
    std::array<pollfd, 4> sources{{{output_.get(), POLLIN, 0},
                                   {errors_.get(), POLLIN, 0},
                                   {ended_ ? -1 : child_.descriptor(), POLLIN, 0},
                                   {ended_ || stopping_ ? -1 : stop_event_.get(), POLLIN, 0}}};
    if (::poll(sources.data(), sources.size(), milliseconds_left()) < 0 && errno != EINTR) {
      throw_system_error(errno, "waiting for a program");
    }
    if (sources[0].revents != 0) read_output();
    if (sources[1].revents != 0) read_errors();
    if (sources[2].revents != 0) {
      ended_ = true;
      child_.signal_group(SIGKILL);
      next_step_ = std::chrono::steady_clock::now() + kDrainTime;
    } else if (sources[3].revents != 0) {
      fail(std::make_exception_ptr(Error(ErrorKind::kCancelled, "cancelled")));
    }
    if (!ended_ && std::chrono::steady_clock::now() >= next_step_) out_of_time();
  }

  int milliseconds_left() const {
    if (next_step_ == kNever) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_step_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  }

  void out_of_time() {
    if (!stopping_) {
      fail(std::make_exception_ptr(
          Error(ErrorKind::kTimeout, fmt::format("'{}' did not finish within {:.1f} s", name_,
                                                 std::chrono::duration<double>(options_.timeout).count()))));
    } else {
      child_.signal_group(SIGKILL);
      next_step_ = kNever;
    }
  }

  /// The first failure counts. The program is asked to end; what it still writes is read and dropped.
  void fail(std::exception_ptr failure) {
    if (failure_) return;
    failure_ = std::move(failure);
    stopping_ = true;
    if (ended_) return;
    child_.signal_group(SIGTERM);
    next_step_ = std::chrono::steady_clock::now() + options_.grace;
  }

  template <class Work>
  void attempt(Work work) {
    try {
      work();
    } catch (...) {
      fail(std::current_exception());
    }
  }

  void read_output() {
    const auto bytes = read(output_);
    if (failure_ || bytes.empty()) return;
    attempt([&] {
      if (options_.on_line) {
        output_lines_.add(bytes, options_.on_line);
      } else if (options_.on_bytes) {
        options_.on_bytes(as_bytes(bytes));
      } else if (result_.output.size() + bytes.size() > options_.maximum_output) {
        throw Error(ErrorKind::kTooLarge,
                    fmt::format("'{}' wrote more than {}", name_, human_bytes(options_.maximum_output)));
      } else {
        result_.output += bytes;
      }
    });
  }

  void read_errors() {
    const auto bytes = read(errors_);
    if (bytes.empty()) return;
    result_.errors += bytes;
    if (result_.errors.size() > options_.kept_errors) {
      const std::size_t surplus = result_.errors.size() - options_.kept_errors;
      result_.errors.erase(0, surplus);
      result_.dropped_error_bytes += surplus;
    }
    if (failure_ || !options_.on_error_line) return;
    attempt([&] { error_lines_.add(bytes, options_.on_error_line); });
  }

  std::string_view read(Descriptor& from) {
    const std::ptrdiff_t count = read_available(from, buffer_);
    if (count == 0) from.reset();
    return {buffer_.data(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(count, 0))};
  }

  void finish_lines() {
    if (options_.on_line) output_lines_.finish(options_.on_line);
    if (options_.on_error_line) error_lines_.finish(options_.on_error_line);
  }

  const RunOptions& options_;
  const std::string name_;
  Descriptor stop_event_;
  Descriptor output_;
  Descriptor errors_;
  LineSplitter output_lines_;
  LineSplitter error_lines_;
  std::array<char, 64 * 1024> buffer_{};
  Result result_;
  bool ended_ = false;
  bool stopping_ = false;
  std::exception_ptr failure_;
  SteadyTime next_step_ = kNever;  // when the timeout, the grace or the draining ends
  Child child_;
};

}  // namespace

std::string Result::ending() const {
  if (exit_code) return fmt::format("exit code {}", *exit_code);
  if (signal) return fmt::format("signal {} ({})", *signal, strsignal(*signal));
  return "no ending";
}

Result run(const Spec& spec, const RunOptions& options) {
  return Run(spec, options).wait();
}

}  // namespace strata::process
