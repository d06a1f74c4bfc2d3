#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "strata/app/verbs.h"
#include "strata/base/error.h"
#include "strata/base/version.h"
#include "strata/cli/exit_code.h"
#include "strata/cli/verbs.h"

namespace {

constexpr const char* kFooter =
    "First steps:\n"
    "  strata up                                     run everything here, with a sample server\n"
    "  strata login http://127.0.0.1:8080            sign in (the password is printed by `strata up`)\n"
    "  strata backup create \"Sample server\"          make a backup and watch it\n"
    "  strata backup restore \"Sample server\" latest  put it back; `strata backup undo` takes that back\n"
    "\n"
    "Every verb has its own --help. Results go to standard output, progress and warnings to standard error.\n"
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 not allowed, 5 refused by a rule, 6 Panel or node\n"
    "unreachable, 7 stored data is damaged.";

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

int fail(const strata::cli::Output& output, const strata::Error& error) {
  if (output.json()) {
    boost::json::array errors;
    for (const auto& message : error.all()) errors.emplace_back(message);
    fmt::print(stderr, "{}\n", boost::json::serialize(boost::json::object{{"errors", errors}}));
  } else {
    for (const auto& message : error.all()) fmt::print(stderr, "strata: {}\n", strata::cli::printable(message));
  }
  return strata::cli::exit_code(error.kind());
}

}  // namespace

int main(int argc, char** argv) {
  strata::app::TerminationSignals signals;
  strata::cli::Output output({.terminal = isatty(STDERR_FILENO) != 0, .columns = terminal_columns()});
  strata::vfs::PosixKernel kernel;
  const strata::SystemClock clock;
  strata::cli::Context context(output, kernel, clock, strata::cli::process_environment(),
                               [] { std::this_thread::sleep_for(std::chrono::milliseconds(300)); });

  CLI::App app("Strata: layered backups for hosted servers", "strata");
  app.footer(kFooter);
  app.set_version_flag("--version", "strata " + std::string(strata::kVersion));
  app.require_subcommand(1);
  // Known before any verb runs, wherever it stands on the line.
  app.add_flag_callback("--json", [&output] { output.set_json(true); }, "print results as JSON")->trigger_on_parse();
  app.fallthrough();

  strata::app::add_up_verb(app, signals);
  strata::app::add_panel_verbs(app, context, signals);
  strata::app::add_wings_verbs(app, context, signals);
  strata::cli::add_client_verbs(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : strata::cli::kUsage;
  } catch (const strata::Error& error) {
    return fail(output, error);
  } catch (const std::exception& error) {
    return fail(output, strata::Error(strata::ErrorKind::kInternal, error.what()));
  }
  return 0;
}
