#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/cli/resource_verbs.h"

namespace strata::cli {
namespace {

struct ServerOptions {
  std::string name;
  std::optional<std::string> new_name;
  std::optional<std::string> node;
  std::optional<std::string> path;
  std::optional<std::string> runtime;
  std::optional<std::string> owners;
  std::optional<std::string> owner;
  std::optional<std::string> description;
  std::optional<std::string> configuration;
  std::optional<std::int64_t> backup_limit;
};

void add_common(CLI::App& verb, ServerOptions& options) {
  verb.add_option("--runtime", options.runtime,
                  "how it is run: none, systemd:NAME, docker:NAME or command:NAME, where NAME is declared in the "
                  "node's wings.yml; a restore stops and starts it");
  verb.add_option("--description", options.description, "free text");
  verb.add_option("--configuration", options.configuration,
                  "backup configuration of this server alone; 'none' clears it");
  verb.add_option("--backup-limit", options.backup_limit, "how many backups it may have");
}

/// "command:minecraft" → {"kind":"command","name":"minecraft"}
boost::json::object runtime_of(const std::string& text) {
  const auto colon = text.find(':');
  boost::json::object runtime{{"kind", text.substr(0, colon)}};
  if (colon == std::string::npos) {
    runtime["name"] = nullptr;
  } else {
    runtime["name"] = text.substr(colon + 1);
  }
  return runtime;
}

boost::json::object body_of(const ServerOptions& options, Api& api) {
  boost::json::object body;
  put_text(body, "owner_uuid", options.owner);
  put_text(body, "description", options.description, true);
  if (options.runtime) body["runtime"] = runtime_of(*options.runtime);
  if (options.backup_limit)
    body["feature_limits"] =
        boost::json::object{{"allocations", 0}, {"databases", 0}, {"backups", *options.backup_limit}, {"schedules", 0}};
  put_configuration(body, api, options.configuration);
  return body;
}

}  // namespace

void add_server_verbs(CLI::App& app, Context& context) {
  static const std::vector<Field> details{{"Name", "name"},
                                          {"Uuid", "uuid"},
                                          {"Node", "node.name"},
                                          {"Location", "node.location.name"},
                                          {"Owner", "owner.username"},
                                          {"Status", "status"},
                                          {"Directory", "path"},
                                          {"Runtime", "runtime.kind"},
                                          {"Runtime name", "runtime.name"},
                                          {"Owners of files", "owners"},
                                          {"Backup configuration", "backup_configuration.name"},
                                          {"Backup limit", "feature_limits.backups"},
                                          {"Created", "created", Field::Kind::kTime}};
  CLI::App& verb = add_resource_verbs(
      app, context,
      {.resource = kServers,
       .verb = "server",
       .about = "Servers: directories on a node, with an owner and a way to run them",
       .columns = {{"NAME", "name"},
                   {"NODE", "node.name"},
                   {"STATUS", "status"},
                   {"BACKUP CONFIGURATION", "backup_configuration.name"},
                   {"UUID", "uuid"}},
       .details = details,
       .delete_help = "Delete a server; its backups stay, and an adopted directory is never removed"});

  auto made = std::make_shared<ServerOptions>();
  CLI::App& create = *verb.add_subcommand("create", "Make a server, or adopt a directory that exists");
  create.add_option("NAME", made->name, "3 to 255 characters")->required();
  create.add_option("--node", made->node, "name or uuid of its node")->required();
  create.add_option(
      "--path", made->path,
      "adopt this directory on the node; it must lie beneath one the node allows: `strata wings allow PATH` there");
  create.add_option("--owners", made->owners,
                    "what a restore does with owners: server or preserve (default for adopted directories)");
  create.add_option("--owner", made->owner, "uuid of the user it belongs to; default: you");
  add_common(create, *made);
  create.callback([&context, made] {
    auto body = body_of(*made, context.api());
    body["name"] = made->name;
    body["node_uuid"] = find_id(context.api(), kNodes, *made->node);
    put_text(body, "path", made->path);
    put_text(body, "owners", made->owners);
    context.output.object(context.api().post(kServers.path, body).as_object().at("server"), details);
  });

  auto changed = std::make_shared<ServerOptions>();
  CLI::App& update = *verb.add_subcommand("update", "Change what is given, leave the rest");
  update.add_option("SERVER", changed->name, "name or uuid")->required();
  update.add_option("--name", changed->new_name, "new name");
  update.add_option("--owner", changed->owner, "uuid of its new owner");
  add_common(update, *changed);
  update.callback([&context, changed] {
    const auto id = find_id(context.api(), kServers, changed->name);
    auto body = body_of(*changed, context.api());
    put_text(body, "name", changed->new_name);
    context.api().patch(fmt::format("{}/{}", kServers.path, id), body);
    context.output.object(context.api().get(fmt::format("{}/{}", kServers.path, id)).as_object().at("server"), details);
  });
}

}  // namespace strata::cli
