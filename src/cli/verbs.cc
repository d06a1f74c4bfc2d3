#include "strata/cli/verbs.h"

#include <CLI/CLI.hpp>

namespace strata::cli {

Context::Context(Output& output_, vfs::Kernel& kernel_, const Clock& clock_, Environment environment_,
                 std::function<void()> pause_)
    : output(output_), kernel(kernel_), clock(clock_), environment(std::move(environment_)), pause(std::move(pause_)) {}

Context::~Context() = default;

Api& Context::api() {
  if (!api_) api_ = std::make_unique<Api>(load_credentials(kernel, environment));
  return *api_;
}

void add_client_verbs(CLI::App& app, Context& context) {
  add_login_verb(app, context);
  add_location_verbs(app, context);
  add_node_verbs(app, context);
  add_server_verbs(app, context);
  add_configuration_verbs(app, context);
  add_explain_verb(app, context);
  add_backup_verbs(app, context);
  add_completion_verb(app, context);
}

}  // namespace strata::cli
