#include "strata/app/signals.h"

#include <cerrno>
#include <csignal>

#include "strata/base/error.h"

namespace strata::app {
namespace {

sigset_t termination_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

TerminationSignals::TerminationSignals() {
  const sigset_t set = termination_set();
  if (const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0)
    throw_system_error(error, "blocking signals");
  if (std::signal(SIGPIPE, SIG_IGN) == SIG_ERR) throw_system_error(errno, "ignoring SIGPIPE");
}

int TerminationSignals::wait() {
  const sigset_t set = termination_set();
  int number = 0;
  if (const int error = sigwait(&set, &number); error != 0) throw_system_error(error, "waiting for a signal");
  return number;
}

}  // namespace strata::app
