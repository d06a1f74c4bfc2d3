#include "strata/cli/command_line_fake.h"

#include <stdexcept>

#include <CLI/CLI.hpp>

#include "strata/cli/captured_output_fake.h"
#include "strata/cli/exit_code.h"
#include "strata/cli/verbs.h"

namespace strata::cli {

CommandLine::CommandLine(const FakePanel& panel)
    : environment{{"STRATA_URL", panel.url()}, {"STRATA_API_KEY", FakePanel::kApiKey}, {"HOME", home.path()}} {}

CommandLine::Result CommandLine::run(const std::vector<std::string>& words) {
  CapturedOutput captured({.terminal = on_a_terminal});
  Context context(
      captured.output(), kernel_, clock,
      [this](const char* name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        if (found == environment.end()) return std::nullopt;
        return found->second;
      },
      [this] { pause(); });
  CLI::App app("test", "strata");
  app.require_subcommand(1);
  app.add_flag_callback("--json", [&] { captured.output().set_json(true); })->trigger_on_parse();
  app.fallthrough();
  add_client_verbs(app, context);
  Result result;
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::ParseError& error) {
    captured.output().note(error.what());
    result.exit_code = error.get_exit_code() == 0 ? 0 : static_cast<int>(kUsage);
  } catch (const Error& error) {
    captured.output().note(error.message());
    result.exit_code = exit_code(error.kind());
  }
  result.out = captured.out();
  result.error = captured.error();
  return result;
}

void CommandLine::pause() {
  clock.advance(std::chrono::milliseconds(300));
  if (++pauses_ > 1000) throw std::runtime_error("this command waits for something that never comes");
  while_waiting();
}

}  // namespace strata::cli
