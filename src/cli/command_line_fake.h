#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "strata/base/clock_fake.h"
#include "strata/cli/output.h"
#include "strata/cli/panel_fake.h"
#include "strata/vfs/kernel.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::cli {

/// The client verbs as a person types them: a home folder of their own, signed in to a Panel by the environment, what
/// they print captured. Between two looks at a running job the clock moves, not the test.
class CommandLine {
 public:
  explicit CommandLine(const FakePanel& panel);

  struct Result {
    int exit_code = 0;
    std::string out;
    std::string error;
  };
  /// `strata WORDS…`
  Result run(const std::vector<std::string>& words);

  vfs::TemporaryDirectory home;
  std::map<std::string, std::string> environment;
  FakeClock clock;
  bool on_a_terminal = false;
  /// After each pause, which takes 300 ms of `clock`.
  std::function<void()> while_waiting = [] {};

 private:
  void pause();
  vfs::PosixKernel kernel_;
  std::size_t pauses_ = 0;
};

}  // namespace strata::cli
