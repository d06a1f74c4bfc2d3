#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "strata/process/spec.h"

namespace strata::process {

/// Tells one process from a later one with the same number, also across a restart of the machine.
struct ServiceHandle {
  std::int32_t pid = 0;
  std::uint64_t start_ticks = 0;  ///< field 22 of /proc/PID/stat
  std::string boot_id;            ///< /proc/sys/kernel/random/boot_id

  bool operator==(const ServiceHandle&) const = default;
};

struct ServiceOptions {
  /// True: the kernel kills the child when the daemon dies, however it dies (the child itself, so let a shell `exec`
  /// the program; what it started goes on). False: it goes on, and a later start of the daemon finds it with
  /// `Service::attach`; its output must then not depend on us (`on_line` is kInvalid).
  bool dies_with_daemon = true;
  /// Lines of standard output and standard error, at most 64 KiB each (longer ones come in pieces), on a thread of the
  /// service; must not throw. Without it both go to /dev/null, unless `Spec::descriptors` says otherwise.
  std::function<void(std::string_view line)> on_line;
};

/// A long-running child, such as a game server. It is watched and reaped by a thread of its own, so it may be started
/// and dropped by any thread. Destroying this object terminates a child that dies with the daemon (grace 10 s) and lets
/// go of one that does not. Any thread.
class Service {
 public:
  /// Starts the program; kNotFound or kIo when that fails.
  static std::unique_ptr<Service> start(const Spec& spec, ServiceOptions options = {});

  /// Finds a child that outlived an earlier daemon: null when that very process is gone. Its exit code is not ours to
  /// know.
  static std::unique_ptr<Service> attach(const ServiceHandle& handle);

  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  const ServiceHandle& handle() const;
  bool running() const;

  /// `signal` to the process group, SIGKILL to what is left of it after `grace`; returns when the whole group is gone.
  /// Nothing happens when it is gone already. kTimeout when even SIGKILL did not end it within 10 s (stuck in the
  /// kernel).
  void terminate(std::chrono::milliseconds grace, int signal = 15);

  /// Waits until the child is gone; false when it still runs after `timeout`.
  bool wait(std::chrono::milliseconds timeout) const;

  /// How it ended, once it did: exit code, or 128 + signal number. nullopt while it runs and for an attached child.
  std::optional<int> exit_status() const;

 private:
  struct Implementation;
  static std::shared_ptr<Implementation> make_implementation();
  explicit Service(std::shared_ptr<Implementation> implementation);
  std::shared_ptr<Implementation> implementation_;
};

}  // namespace strata::process
