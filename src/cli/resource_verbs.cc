#include "strata/cli/resource_verbs.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace strata::cli {

namespace json = boost::json;

CLI::App& add_resource_verbs(CLI::App& app, Context& context, const ResourceVerbs& verbs) {
  CLI::App& verb = *app.add_subcommand(verbs.verb, verbs.about);
  verb.require_subcommand(1);
  const Resource& resource = verbs.resource;

  auto search = std::make_shared<std::string>();
  CLI::App& list = *verb.add_subcommand("list", fmt::format("All {}s, oldest first", resource.noun));
  list.add_option("--search", *search, "only those whose name contains this");
  list.callback([&context, &resource, columns = verbs.columns, search] {
    context.output.table(list_all(context.api(), resource.path, resource.list_key, *search), columns,
                         fmt::format("no {}s yet", resource.noun));
  });

  auto shown = std::make_shared<std::string>();
  CLI::App& show = *verb.add_subcommand("show", fmt::format("One {}, whole", resource.noun));
  show.add_option("NAME", *shown, "name, uuid or the start of a uuid")->required();
  show.callback([&context, &resource, details = verbs.details, shown] {
    const auto id = find_id(context.api(), resource, *shown);
    context.output.object(context.api().get(fmt::format("{}/{}", resource.path, id)).as_object().at(resource.item_key),
                          details);
  });

  struct Deletion {
    std::string name;
    bool force = false;
  };
  auto deletion = std::make_shared<Deletion>();
  CLI::App& remove = *verb.add_subcommand("delete", verbs.delete_help);
  remove.add_option("NAME", deletion->name, "name, uuid or the start of a uuid")->required();
  remove.add_flag("--force", deletion->force, "also when it is in use");
  remove.callback([&context, &resource, deletion] {
    const auto id = find_id(context.api(), resource, deletion->name);
    context.api().remove(fmt::format("{}/{}{}", resource.path, id, deletion->force ? "?force=true" : ""),
                         json::object{{"force", deletion->force}});
    context.output.line(fmt::format("deleted {} {}", resource.noun, id));
  });
  return verb;
}

void put_text(json::object& body, std::string_view key, const std::optional<std::string>& value, bool none_clears) {
  if (!value) return;
  if (none_clears && *value == "none") {
    body[key] = nullptr;
  } else {
    body[key] = *value;
  }
}

void put_configuration(json::object& body, Api& api, const std::optional<std::string>& typed) {
  if (!typed) return;
  if (*typed == "none") {
    body["backup_configuration_uuid"] = nullptr;
  } else {
    body["backup_configuration_uuid"] = find_id(api, kConfigurations, *typed);
  }
}

}  // namespace strata::cli
