#include "strata/process/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::process {
namespace {

constexpr int kHighestPassedDescriptor = 255;
constexpr std::size_t kStackBytes = 64 * 1024;

/// Everything the child needs, made ready by the parent: the child itself must not allocate.
struct Plan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  int directory;
  const PassedDescriptor* descriptors;
  std::size_t descriptor_count;
  int highest_target;
  bool change_identity;
  Identity identity;
  std::uint32_t umask;
  rlimit open_files;
  bool dies_with_thread;
  pid_t parent;
  // Written by the child, read by the parent after it resumes.
  const char* failed_step;
  int error;
};

/// The kernel's struct sigaction; the C library's differs.
struct KernelSignalAction {
  void (*handler)(int);
  unsigned long flags;
  void (*restorer)();
  unsigned long mask;
};

/// Sanitizers must not look into a second process on the same memory.
#define STRATA_IN_CHILD __attribute__((no_sanitize("address", "undefined", "thread")))

STRATA_IN_CHILD void fail(Plan* plan, const char* step) {
  plan->error = errno;
  plan->failed_step = step;
  syscall(SYS_exit, 127);
}

/// Runs in the child, in the parent's memory (CLONE_VM) while the parent's thread is stopped (CLONE_VFORK): system
/// calls only, made directly, since the C library's setuid and its relatives change all threads of a process.
STRATA_IN_CHILD int child_main(void* argument) {
  auto* plan = static_cast<Plan*>(argument);
  if (syscall(SYS_setpgid, 0, 0) != 0) fail(plan, "making a process group");
  // Handlers of the parent must not run here, and ignored signals would stay ignored.
  KernelSignalAction action{};
  for (int signal = 1; signal <= 64; ++signal) {
    syscall(SYS_rt_sigaction, signal, &action, nullptr, sizeof(action.mask));
  }
  if (plan->directory >= 0) {
    if (syscall(SYS_fchdir, plan->directory) != 0) fail(plan, "changing into its directory");
  } else if (syscall(SYS_chdir, "/") != 0) {
    fail(plan, "changing into /");
  }
  // The sources lie above all targets, so no copy overwrites a later source.
  for (std::size_t i = 0; i < plan->descriptor_count; ++i) {
    const PassedDescriptor& passed = plan->descriptors[i];
    if (syscall(SYS_dup3, passed.descriptor, passed.as, 0) < 0) fail(plan, "passing a descriptor");
  }
  for (int number = 3; number <= plan->highest_target; ++number) {
    bool wanted = false;
    for (std::size_t i = 0; i < plan->descriptor_count; ++i) wanted = wanted || plan->descriptors[i].as == number;
    if (!wanted) syscall(SYS_close, number);
  }
  if (syscall(SYS_close_range, static_cast<unsigned>(plan->highest_target + 1), ~0U, 0U) != 0) {
    fail(plan, "closing descriptors");
  }
  syscall(SYS_umask, plan->umask);
  const rlimit no_core{0, 0};
  if (syscall(SYS_prlimit64, 0, RLIMIT_CORE, &no_core, nullptr) != 0) fail(plan, "setting limits");
  if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &plan->open_files, nullptr) != 0) fail(plan, "setting limits");
  if (plan->change_identity) {
    if (syscall(SYS_setgroups, 0, nullptr) != 0) fail(plan, "leaving groups");
    const unsigned gid = plan->identity.gid;
    const unsigned uid = plan->identity.uid;
    if (syscall(SYS_setresgid, gid, gid, gid) != 0) fail(plan, "changing the group");
    if (syscall(SYS_setresuid, uid, uid, uid) != 0) fail(plan, "changing the user");
  }
  if (syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail(plan, "giving up privileges");
  if (plan->dies_with_thread) {
    // After the change of user, which resets it.
    if (syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) fail(plan, "binding its life to ours");
    if (syscall(SYS_getppid) != plan->parent) syscall(SYS_exit, 127);
  }
  const unsigned long no_signals = 0;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &no_signals, nullptr, sizeof(no_signals));
  syscall(SYS_execve, plan->program, plan->arguments, plan->environment);
  fail(plan, "executing it");
  return 127;
}

void require_plain(const std::string& text, const char* what) {
  if (text.find('\0') != std::string::npos) {
    throw Error(ErrorKind::kInvalid, std::string(what) + " contains a NUL character");
  }
}

std::vector<Secret> environment_entries(const std::vector<EnvironmentVariable>& variables) {
  std::vector<Secret> entries;
  entries.reserve(variables.size());
  for (const auto& variable : variables) {
    require_plain(variable.name, "the name of an environment variable");
    require_plain(variable.value.reveal(), "an environment variable");
    if (variable.name.empty() || variable.name.find('=') != std::string::npos) {
      throw Error(ErrorKind::kInvalid, "'" + variable.name + "' is not a name for an environment variable");
    }
    entries.emplace_back(variable.name + "=" + variable.value.reveal());
  }
  return entries;
}

/// Pointers as execve wants them: not const for historical reasons, with a null at the end.
template <class Texts, class Project>
std::vector<char*> pointers(const Texts& texts, Project project) {
  std::vector<char*> result;
  for (const auto& text : texts) result.push_back(const_cast<char*>(project(text)));
  result.push_back(nullptr);
  return result;
}

/// What the child gets, with sources moved above all targets.
struct DescriptorTable {
  std::vector<PassedDescriptor> passed;
  std::vector<Descriptor> copies;
  int highest_target = 2;
};

DescriptorTable make_table(const Spec& spec, const int (&standard)[3]) {
  DescriptorTable table;
  for (const auto& passed : spec.descriptors) {
    const bool twice = std::any_of(table.passed.begin(), table.passed.end(),
                                   [&](const PassedDescriptor& other) { return other.as == passed.as; });
    if (passed.as < 0 || passed.as > kHighestPassedDescriptor || twice) {
      throw Error(ErrorKind::kInternal, "a descriptor is passed under a wrong number");
    }
    table.passed.push_back(passed);
    table.highest_target = std::max(table.highest_target, passed.as);
  }
  for (int number = 0; number < 3; ++number) {
    const bool given = std::any_of(table.passed.begin(), table.passed.end(),
                                   [&](const PassedDescriptor& passed) { return passed.as == number; });
    if (!given) table.passed.push_back({standard[number], number});
  }
  for (auto& passed : table.passed) {
    Descriptor copy(::fcntl(passed.descriptor, F_DUPFD_CLOEXEC, table.highest_target + 1));
    if (!copy) throw_system_error(errno, "passing a descriptor to a program");
    passed.descriptor = copy.get();
    table.copies.push_back(std::move(copy));
  }
  return table;
}

rlimit open_files_limit(std::uint64_t wanted) {
  rlimit ours{};
  if (::getrlimit(RLIMIT_NOFILE, &ours) != 0) throw_system_error(errno, "reading our limits");
  const rlim_t limit = std::min<rlim_t>(wanted, ours.rlim_max);
  return {limit, limit};
}

/// No handler of ours may run in the child before it has reset them all.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~AllSignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

Child Child::start(const Spec& spec, const int (&standard)[3], bool dies_with_thread) {
  const std::string program = find_program(spec.program);
  for (const auto& argument : spec.arguments) require_plain(argument, "an argument");
  const auto entries = environment_entries(spec.environment);
  std::vector<std::string> argv{program};
  argv.insert(argv.end(), spec.arguments.begin(), spec.arguments.end());
  const auto arguments = pointers(argv, [](const std::string& text) { return text.c_str(); });
  const auto environment = pointers(entries, [](const Secret& entry) { return entry.reveal().c_str(); });
  const DescriptorTable table = make_table(spec, standard);
  Plan plan{.program = program.c_str(),
            .arguments = arguments.data(),
            .environment = environment.data(),
            .directory = spec.directory,
            .descriptors = table.passed.data(),
            .descriptor_count = table.passed.size(),
            .highest_target = table.highest_target,
            .change_identity = spec.identity.has_value(),
            .identity = spec.identity.value_or(Identity{}),
            .umask = spec.umask,
            .open_files = open_files_limit(spec.open_files),
            .dies_with_thread = dies_with_thread,
            .parent = ::getpid(),
            .failed_step = nullptr,
            .error = 0};
  const auto stack = std::make_unique<std::array<std::byte, kStackBytes>>();
  int handle = -1;
  pid_t pid = -1;
  int error = 0;
  {
    const AllSignalsBlocked blocked;
    pid = ::clone(child_main, stack->data() + stack->size(), CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &plan,
                  &handle);
    error = errno;
  }
  if (pid < 0) throw_system_error(error, "starting '" + program + "'");
  Child child(pid, Descriptor(handle));
  if (plan.failed_step != nullptr) {
    child.reap();
    throw_system_error(plan.error, "starting '" + program + "': " + plan.failed_step);
  }
  return child;
}

Child::~Child() {
  if (!handle_) return;
  signal_group(SIGKILL);
  siginfo_t ignored{};
  while (::waitid(P_PIDFD, static_cast<id_t>(handle_.get()), &ignored, WEXITED) != 0 && errno == EINTR) {
  }
}

bool Child::wait(std::chrono::milliseconds timeout) const {
  pollfd source{handle_.get(), POLLIN, 0};
  const int ready = ::poll(&source, 1, static_cast<int>(timeout.count()));
  return ready > 0;
}

void Child::signal_group(int signal) const {
  // ESRCH cannot be before the child is reaped; EPERM is a group whose members all became another user's, which only
  // root can make, and root may signal them.
  ::kill(-pid_, signal);
}

Ending Child::reap() {
  siginfo_t info{};
  while (::waitid(P_PIDFD, static_cast<id_t>(handle_.get()), &info, WEXITED) != 0) {
    if (errno != EINTR) throw_system_error(errno, "waiting for a program to end");
  }
  handle_.reset();
  Ending ending;
  if (info.si_code == CLD_EXITED) {
    ending.exit_code = info.si_status;
  } else {
    ending.signal = info.si_status;
  }
  return ending;
}

}  // namespace strata::process
