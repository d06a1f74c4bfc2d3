#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/cli/resource_verbs.h"

namespace strata::cli {
namespace {

struct NodeOptions {
  std::string name;
  std::optional<std::string> new_name;
  std::optional<std::string> location;
  std::optional<std::string> url;
  std::optional<std::string> public_url;
  std::optional<std::string> description;
  std::optional<std::string> configuration;
};

void add_common(CLI::App& verb, NodeOptions& options) {
  verb.add_option("--public-url", options.public_url, "where browsers reach it, when that differs; 'none' clears it");
  verb.add_option("--description", options.description, "free text");
  verb.add_option("--configuration", options.configuration,
                  "backup configuration for every server here that has none of its own; 'none' clears it");
}

boost::json::object body_of(const NodeOptions& options, Api& api) {
  boost::json::object body;
  if (options.location) body["location_uuid"] = find_id(api, kLocations, *options.location);
  put_text(body, "url", options.url);
  put_text(body, "public_url", options.public_url, true);
  put_text(body, "description", options.description, true);
  put_configuration(body, api, options.configuration);
  return body;
}

}  // namespace

void add_node_verbs(CLI::App& app, Context& context) {
  static const std::vector<Field> details{{"Name", "name"},
                                          {"Uuid", "uuid"},
                                          {"Location", "location.name"},
                                          {"URL", "url"},
                                          {"Public URL", "public_url"},
                                          {"Description", "description"},
                                          {"Backup configuration", "backup_configuration.name"},
                                          {"Last seen", "last_seen", Field::Kind::kTime},
                                          {"Created", "created", Field::Kind::kTime}};
  CLI::App& verb = add_resource_verbs(app, context,
                                      {.resource = kNodes,
                                       .verb = "node",
                                       .about = "Nodes: machines that run `strata wings serve`",
                                       .columns = {{"NAME", "name"},
                                                   {"LOCATION", "location.name"},
                                                   {"BACKUP CONFIGURATION", "backup_configuration.name"},
                                                   {"LAST SEEN", "last_seen", Field::Kind::kTime},
                                                   {"UUID", "uuid"}},
                                       .details = details,
                                       .delete_help = "Delete a node that has no servers"});

  auto made = std::make_shared<NodeOptions>();
  CLI::App& create = *verb.add_subcommand(
      "create", "Make a node; `strata node join-code` then gives the command to run on the machine");
  create.add_option("NAME", made->name, "1 to 255 characters, unique")->required();
  create.add_option("--location", made->location, "name or uuid of its location")->required();
  create.add_option("--url", made->url, "where the Panel reaches it, such as https://node1.example.org:8080")
      ->required();
  add_common(create, *made);
  create.callback([&context, made] {
    auto body = body_of(*made, context.api());
    body["name"] = made->name;
    context.output.object(context.api().post(kNodes.path, body).as_object().at("node"), details);
  });

  auto changed = std::make_shared<NodeOptions>();
  CLI::App& update = *verb.add_subcommand("update", "Change what is given, leave the rest");
  update.add_option("NODE", changed->name, "name or uuid")->required();
  update.add_option("--name", changed->new_name, "new name");
  update.add_option("--location", changed->location, "move to this location");
  update.add_option("--url", changed->url, "where the Panel reaches it");
  add_common(update, *changed);
  update.callback([&context, changed] {
    const auto id = find_id(context.api(), kNodes, changed->name);
    auto body = body_of(*changed, context.api());
    put_text(body, "name", changed->new_name);
    context.api().patch(fmt::format("{}/{}", kNodes.path, id), body);
    context.output.object(context.api().get(fmt::format("{}/{}", kNodes.path, id)).as_object().at("node"), details);
  });

  auto joined = std::make_shared<std::string>();
  CLI::App& join = *verb.add_subcommand(
      "join-code", "A one-time code: the machine joins with `strata wings configure --panel URL --join CODE`");
  join.add_option("NODE", *joined, "name or uuid")->required();
  join.callback([&context, joined] {
    const auto id = find_id(context.api(), kNodes, *joined);
    const auto answer = context.api().post(fmt::format("{}/{}/join-code", kNodes.path, id));
    context.output.object(answer, {{"Code", "code"}, {"Valid until", "expires", Field::Kind::kTime}});
    context.output.note(fmt::format("On the machine, as root: strata wings configure --panel {} --join {}",
                                    context.api().url(), field_text(answer, {"Code", "code"})));
  });
}

}  // namespace strata::cli
