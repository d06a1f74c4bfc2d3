#include <algorithm>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/app/node_daemon.h"
#include "strata/app/path_parts.h"
#include "strata/app/tls_files.h"
#include "strata/app/verbs.h"
#include "strata/base/error.h"
#include "strata/base/version.h"
#include "strata/http/server.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/real_path.h"
#include "strata/wings/panel/panel_client.h"

namespace strata::app {
namespace {

constexpr std::chrono::seconds kStopGrace{30};

struct WingsVerbOptions {
  std::string configuration = "/etc/strata/wings.yml";
  std::string panel;
  std::string join;
  std::string import;
  std::string path;
};

void add_configuration_option(CLI::App& verb, WingsVerbOptions& options) {
  verb.add_option("--config", options.configuration, "the node's configuration")
      ->envname("STRATA_WINGS_CONFIG")
      ->capture_default_str();
}

http::ClientOptions panel_client_options() {
  http::ClientOptions options;
  options.user_agent = "strata-wings/" + std::string(kVersion);
  return options;
}

void serve(cli::Context& context, const WingsVerbOptions& options, TerminationSignals& signals) {
  wings::ConfigurationStore configuration(context.kernel, absolute_path(options.configuration));
  const auto values = configuration.snapshot();
  Log log(values->debug ? LogLevel::kDebug : LogLevel::kInfo);
  NodeDaemon node(configuration, context.kernel, context.clock, log, {.panel_client = panel_client_options()});
  const auto& api = values->api;
  http::Server server({.address = api.host,
                       .port = api.port,
                       .tls = api.ssl.enabled ? load_tls(context.kernel, api.ssl.cert, api.ssl.key) : std::nullopt},
                      {&node.router()}, log);
  node.wings().start();
  server.start();
  log.info("the node is ready", {{"address", fmt::format("{}:{}", api.host, api.port)}, {"panel", values->remote}});
  signals.wait();
  node.wings().stop(kStopGrace);
  server.stop(kStopGrace);
}

/// Writes a configuration: joined to a Panel by a code, taken over from a reference node, or both.
void configure(cli::Context& context, const WingsVerbOptions& options) {
  if (options.join.empty() != options.panel.empty() || (options.join.empty() && options.import.empty())) {
    throw Error(
        ErrorKind::kInvalid,
        "give --panel URL with --join CODE (from `strata node join-code`), or --import FILE of an existing node");
  }
  const std::string path = absolute_path(options.configuration);
  const auto [folder, name] = split_path(path);
  const auto directory = vfs::Directory::create_trusted(context.kernel, folder);
  const bool exists = directory.exists(vfs::Path::parse(name));
  if (!options.import.empty())
    wings::ConfigurationStore::import_reference(context.kernel, absolute_path(options.import), path);
  if (!options.join.empty()) {
    const auto answer = wings::PanelClient::join(options.panel, options.join, panel_client_options());
    const auto take_over = [&](wings::Configuration& values) {
      values.uuid = answer.uuid;
      values.token_id = answer.token_id;
      values.token = Secret(answer.token);
      values.remote = options.panel;
    };
    if (exists || !options.import.empty()) {
      wings::ConfigurationStore(context.kernel, path).edit(take_over);
    } else {
      wings::Configuration values;
      take_over(values);
      wings::ConfigurationStore::write(context.kernel, path, values);
    }
    context.output.line(fmt::format("joined {} as '{}'", options.panel, answer.name));
  }
  context.output.line(fmt::format("wrote {}; start the node with: strata wings serve --config {}", path, path));
}

void allow(cli::Context& context, const WingsVerbOptions& options) {
  const auto real = vfs::real_path(vfs::Directory::open_trusted(context.kernel, absolute_path(options.path)));
  if (real == "/")
    throw Error(
        ErrorKind::kInvalid,
        "allowing '/' would let the Panel adopt any directory of this machine: name a folder that holds servers");
  wings::ConfigurationStore(context.kernel, absolute_path(options.configuration))
      .edit([&](wings::Configuration& values) {
        auto& roots = values.system.extra_roots;
        if (std::find(roots.begin(), roots.end(), real) == roots.end()) roots.push_back(real);
      });
  context.output.line(
      fmt::format("directories beneath {} can be adopted; a running node takes this over at its next start", real));
}

}  // namespace

void add_wings_verbs(CLI::App& app, cli::Context& context, TerminationSignals& signals) {
  CLI::App& wings = *app.add_subcommand(
      "wings",
      "Run and configure a node: the daemon that stores and restores the backups of the servers on this machine");
  wings.require_subcommand(1);
  auto options = std::make_shared<WingsVerbOptions>();

  CLI::App& serve_verb = *wings.add_subcommand("serve", "Run the node until SIGTERM");
  add_configuration_option(serve_verb, *options);
  serve_verb.callback([&context, options, &signals] { serve(context, *options, signals); });

  CLI::App& configure_verb = *wings.add_subcommand(
      "configure", "Join a Panel with a one-time code, or take over the configuration of an existing node");
  add_configuration_option(configure_verb, *options);
  configure_verb.add_option("--panel", options->panel, "URL of the Panel");
  configure_verb.add_option("--join", options->join, "one-time code of `strata node join-code NODE`");
  configure_verb.add_option("--import", options->import, "config.yml of an existing node: read, never written");
  configure_verb.callback([&context, options] { configure(context, *options); });

  CLI::App& allow_verb = *wings.add_subcommand(
      "allow", "Let servers adopt directories beneath a folder of this machine (system.extra_roots)");
  add_configuration_option(allow_verb, *options);
  allow_verb.add_option("PATH", options->path, "an existing folder")->required();
  allow_verb.callback([&context, options] { allow(context, *options); });
}

}  // namespace strata::app
