#pragma once

#include <optional>
#include <string>

#include "strata/app/listen_address.h"
#include "strata/app/signals.h"

namespace strata::app {

struct UpOptions {
  std::string data;  ///< everything is kept beneath this directory
  ListenAddress listen{.host = "127.0.0.1", .port = 8080};
  std::optional<std::string> ready_file;
  bool sample = true;
  bool debug = false;
};

/// `strata up`: a Panel, one node and one server in this process, on one port. Returns after SIGTERM or SIGINT; an exit
/// code.
int run_up(const UpOptions& options, TerminationSignals& signals);

}  // namespace strata::app
