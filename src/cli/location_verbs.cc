#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/cli/resource_verbs.h"

namespace strata::cli {
namespace {

struct LocationOptions {
  std::string name;
  std::optional<std::string> new_name;
  std::optional<std::string> description;
  std::optional<std::string> flag;
  std::optional<std::string> configuration;
};

void add_common(CLI::App& verb, LocationOptions& options) {
  verb.add_option("--description", options.description, "free text");
  verb.add_option("--flag", options.flag, "two letters: a country");
  verb.add_option("--configuration", options.configuration,
                  "backup configuration for every node here that has none of its own; 'none' clears it");
}

boost::json::object body_of(const LocationOptions& options, Api& api) {
  boost::json::object body;
  put_text(body, "description", options.description, true);
  put_text(body, "flag", options.flag, true);
  put_configuration(body, api, options.configuration);
  return body;
}

}  // namespace

void add_location_verbs(CLI::App& app, Context& context) {
  static const std::vector<Field> details{{"Name", "name"},
                                          {"Uuid", "uuid"},
                                          {"Description", "description"},
                                          {"Backup configuration", "backup_configuration.name"},
                                          {"Created", "created", Field::Kind::kTime}};
  CLI::App& verb = add_resource_verbs(
      app, context,
      {.resource = kLocations,
       .verb = "location",
       .about = "Locations: groups of nodes, the widest layer a backup configuration can be assigned to",
       .columns = {{"NAME", "name"}, {"BACKUP CONFIGURATION", "backup_configuration.name"}, {"UUID", "uuid"}},
       .details = details,
       .delete_help = "Delete a location that has no nodes"});

  auto made = std::make_shared<LocationOptions>();
  CLI::App& create = *verb.add_subcommand("create", "Make a location");
  create.add_option("NAME", made->name, "1 to 255 characters, unique")->required();
  add_common(create, *made);
  create.callback([&context, made] {
    auto body = body_of(*made, context.api());
    body["name"] = made->name;
    context.output.object(context.api().post(kLocations.path, body).as_object().at("location"), details);
  });

  auto changed = std::make_shared<LocationOptions>();
  CLI::App& update = *verb.add_subcommand("update", "Change what is given, leave the rest");
  update.add_option("LOCATION", changed->name, "name or uuid")->required();
  update.add_option("--name", changed->new_name, "new name");
  add_common(update, *changed);
  update.callback([&context, changed] {
    const auto id = find_id(context.api(), kLocations, changed->name);
    auto body = body_of(*changed, context.api());
    put_text(body, "name", changed->new_name);
    context.api().patch(fmt::format("{}/{}", kLocations.path, id), body);
    context.output.object(context.api().get(fmt::format("{}/{}", kLocations.path, id)).as_object().at("location"),
                          details);
  });
}

}  // namespace strata::cli
