#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <sys/types.h>

#include "strata/process/descriptor.h"
#include "strata/process/spec.h"

namespace strata::process {

/// How a child ended.
struct Ending {
  std::optional<int> exit_code;
  std::optional<int> signal;
};

/// A child process that was started and not yet reaped. Until it is, its number cannot be given to another process, so
/// signals to its group reach nobody else. Destroying it kills the group and reaps. Room-internal; one thread.
class Child {
 public:
  /// `standard` are the descriptors for 0, 1 and 2 (those that `spec.descriptors` does not replace); borrowed.
  /// `dies_with_thread`: the kernel kills the child when the calling thread ends, thus also when our process does.
  /// Errors as in `run`.
  static Child start(const Spec& spec, const int (&standard)[3], bool dies_with_thread = false);
  ~Child();
  Child(Child&& other) noexcept = default;
  Child& operator=(Child&&) = delete;

  pid_t pid() const { return pid_; }
  /// Readable when the child has ended (poll).
  int descriptor() const { return handle_.get(); }

  /// Waits until it has ended; does not reap. False after `timeout`.
  bool wait(std::chrono::milliseconds timeout) const;
  void signal_group(int signal) const;
  /// Waits for the end, frees the number and tells how it ended.
  Ending reap();

 private:
  Child(pid_t pid, Descriptor handle) : pid_(pid), handle_(std::move(handle)) {}
  pid_t pid_;
  Descriptor handle_;  // a pidfd; empty once reaped or moved away
};

}  // namespace strata::process
