#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/cli/resource_verbs.h"

namespace strata::cli {
namespace {

struct ConfigurationOptions {
  std::string name;
  std::optional<std::string> new_name;
  std::optional<std::string> description;
  std::optional<std::string> disk;
  std::optional<bool> maintenance;
};

struct AssignOptions {
  std::string configuration;
  std::vector<std::string> locations;
  std::vector<std::string> nodes;
  std::vector<std::string> servers;
};

void add_targets(CLI::App& verb, AssignOptions& options) {
  verb.add_option("--location", options.locations, "name or uuid; may be repeated");
  verb.add_option("--node", options.nodes, "name or uuid; may be repeated");
  verb.add_option("--server", options.servers, "name or uuid; may be repeated");
}

/// Sets the assignment of every named place; null clears it.
void assign(Context& context, const AssignOptions& options, const boost::json::value& configuration) {
  if (options.locations.empty() && options.nodes.empty() && options.servers.empty()) {
    throw Error(ErrorKind::kInvalid, "say where: --location, --node or --server");
  }
  Api& api = context.api();
  const auto each = [&](const Resource& resource, const std::vector<std::string>& names) {
    for (const auto& name : names) {
      const auto id = find_id(api, resource, name);
      api.patch(fmt::format("{}/{}", resource.path, id),
                boost::json::object{{"backup_configuration_uuid", configuration}});
      context.output.line(
          fmt::format("{} {} {}", resource.noun, name, configuration.is_null() ? "inherits again" : "assigned"));
    }
  };
  each(kLocations, options.locations);
  each(kNodes, options.nodes);
  each(kServers, options.servers);
}

}  // namespace

void add_configuration_verbs(CLI::App& app, Context& context) {
  static const std::vector<Field> details{{"Name", "name"},
                                          {"Uuid", "uuid"},
                                          {"Disk", "backup_disk"},
                                          {"Maintenance", "maintenance_enabled"},
                                          {"Description", "description"},
                                          {"Created", "created", Field::Kind::kTime}};
  CLI::App& verb = add_resource_verbs(
      app, context,
      {.resource = kConfigurations,
       .verb = "configuration",
       .about = "Backup configurations: where backups go; the most specific assignment wins (server, node, location)",
       .columns = {{"NAME", "name"}, {"DISK", "backup_disk"}, {"MAINTENANCE", "maintenance_enabled"}, {"UUID", "uuid"}},
       .details = details,
       .delete_help = "Delete a configuration that nothing uses"});

  auto made = std::make_shared<ConfigurationOptions>();
  CLI::App& create =
      *verb.add_subcommand("create", "Make a backup configuration; it is not in use until it is assigned");
  create.add_option("NAME", made->name, "1 to 255 characters, unique")->required();
  create.add_option("--disk", made->disk, "local");
  create.add_option("--description", made->description, "free text");
  create.add_flag("--maintenance", made->maintenance, "start in maintenance: backups that would use it are refused");
  create.callback([&context, made] {
    boost::json::object body{{"name", made->name},
                             {"backup_disk", made->disk.value_or("local")},
                             {"maintenance_enabled", made->maintenance.value_or(false)},
                             {"shared", false},
                             {"backup_configs", boost::json::object{}}};
    put_text(body, "description", made->description, true);
    context.output.object(context.api().post(kConfigurations.path, body).as_object().at("backup_configuration"),
                          details);
  });

  auto changed = std::make_shared<ConfigurationOptions>();
  CLI::App& update = *verb.add_subcommand("update", "Change what is given, leave the rest");
  update.add_option("CONFIGURATION", changed->name, "name or uuid")->required();
  update.add_option("--name", changed->new_name, "new name");
  update.add_option("--description", changed->description, "free text; 'none' clears it");
  update.add_option("--maintenance", changed->maintenance,
                    "true: refuse every backup that would use it, without falling back to a wider layer");
  update.callback([&context, changed] {
    const auto id = find_id(context.api(), kConfigurations, changed->name);
    boost::json::object body;
    put_text(body, "name", changed->new_name);
    put_text(body, "description", changed->description, true);
    if (changed->maintenance) body["maintenance_enabled"] = *changed->maintenance;
    context.api().patch(fmt::format("{}/{}", kConfigurations.path, id), body);
    context.output.object(
        context.api().get(fmt::format("{}/{}", kConfigurations.path, id)).as_object().at("backup_configuration"),
        details);
  });

  auto assigned = std::make_shared<AssignOptions>();
  CLI::App& assign_verb = *verb.add_subcommand("assign", "Use a configuration for locations, nodes or servers");
  assign_verb.add_option("CONFIGURATION", assigned->configuration, "name or uuid")->required();
  add_targets(assign_verb, *assigned);
  assign_verb.callback([&context, assigned] {
    assign(context, *assigned, boost::json::string(find_id(context.api(), kConfigurations, assigned->configuration)));
  });

  auto unassigned = std::make_shared<AssignOptions>();
  CLI::App& unassign_verb = *verb.add_subcommand("unassign", "Let locations, nodes or servers inherit again");
  add_targets(unassign_verb, *unassigned);
  unassign_verb.callback([&context, unassigned] { assign(context, *unassigned, nullptr); });
}

void add_explain_verb(CLI::App& app, Context& context) {
  auto server = std::make_shared<std::string>();
  CLI::App& verb =
      *app.add_subcommand("explain", "Which backup configuration a server uses, from which layer, and what blocks it");
  verb.add_option("SERVER", *server, "name or uuid")->required();
  verb.callback([&context, server] {
    const auto id = find_id(context.api(), kServers, *server);
    const auto answer = context.api().get(fmt::format("{}/{}/explain", kServers.path, id));
    if (context.output.json()) {
      context.output.object(answer, {});
      return;
    }
    context.output.line(field_text(answer, {"Summary", "summary"}));
    const auto* chain = find_path(answer, "chain");
    if (chain != nullptr && chain->is_array()) {
      context.output.table(
          chain->get_array(),
          {{"LAYER", "layer"}, {"NAME", "name"}, {"BACKUP CONFIGURATION", "configuration.name"}, {"", "state"}}, "");
    }
  });
}

}  // namespace strata::cli
