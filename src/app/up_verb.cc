#include <CLI/CLI.hpp>

#include "strata/app/up.h"
#include "strata/app/verbs.h"
#include "strata/cli/credentials.h"

namespace strata::app {
namespace {

/// Where a person's own installation lives when they do not say.
std::string default_data() {
  const auto environment = cli::process_environment();
  if (const auto base = environment("XDG_DATA_HOME")) return *base + "/strata";
  return environment("HOME").value_or("/var/lib") + "/.local/share/strata";
}

struct Options {
  std::string data = default_data();
  std::string listen = "127.0.0.1:8080";
  std::string ready_file;
  bool no_sample = false;
  bool debug = false;
};

}  // namespace

void add_up_verb(CLI::App& app, TerminationSignals& signals) {
  auto options = std::make_shared<Options>();
  CLI::App& verb = *app.add_subcommand(
      "up", "Run a Panel, one node and a sample server in one process, on one port: to try Strata, or for one machine");
  verb.add_option("--data", options->data, "everything is kept beneath this directory")->capture_default_str();
  verb.add_option("--listen", options->listen, "address and port of Panel and node")->capture_default_str();
  verb.add_option("--ready-file", options->ready_file,
                  "written as JSON when all is ready: URL, user, password, API key, ids");
  verb.add_flag("--no-sample", options->no_sample, "one empty server instead of the sample server with its backup");
  verb.add_flag("--debug", options->debug, "log more");
  verb.callback([options, &signals] {
    UpOptions up{.data = options->data,
                 .listen = parse_listen_address(options->listen),
                 .sample = !options->no_sample,
                 .debug = options->debug};
    if (!options->ready_file.empty()) up.ready_file = options->ready_file;
    run_up(up, signals);
  });
}

}  // namespace strata::app
