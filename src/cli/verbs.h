#pragma once

#include <functional>
#include <memory>

#include "strata/base/time.h"
#include "strata/cli/api.h"
#include "strata/cli/credentials.h"
#include "strata/cli/output.h"
#include "strata/vfs/kernel.h"

namespace CLI {
class App;
}

namespace strata::cli {

/// What every verb gets. Outlives the parsing of the command line, during which the verbs run.
class Context {
 public:
  /// `pause` waits between two looks at a running job. All references outlive this.
  Context(Output& output_, vfs::Kernel& kernel_, const Clock& clock_, Environment environment_,
          std::function<void()> pause_);
  ~Context();

  Output& output;
  vfs::Kernel& kernel;
  const Clock& clock;
  Environment environment;
  std::function<void()> pause;

  /// The Panel, after the credentials were found.
  Api& api();

 private:
  std::unique_ptr<Api> api_;
};

/// Adds all client verbs. A verb runs while CLI11 parses; refusals leave as Error, which `exit_code()` maps.
void add_client_verbs(CLI::App& app, Context& context);

// The groups, one file each.
void add_login_verb(CLI::App& app, Context& context);
void add_location_verbs(CLI::App& app, Context& context);
void add_node_verbs(CLI::App& app, Context& context);
void add_server_verbs(CLI::App& app, Context& context);
void add_configuration_verbs(CLI::App& app, Context& context);
void add_explain_verb(CLI::App& app, Context& context);
void add_backup_verbs(CLI::App& app, Context& context);
void add_restore_verbs(CLI::App& backup, Context& context);

/// `strata completion bash|zsh|fish`, generated from the verbs that `app` has when it runs.
void add_completion_verb(CLI::App& app, Context& context);

}  // namespace strata::cli
