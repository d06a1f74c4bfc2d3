#pragma once

#include <functional>
#include <string>
#include <vector>

#include "strata/cli/lookup.h"
#include "strata/cli/verbs.h"

namespace strata::cli {

/// The verbs every resource has: list, show, delete. create and update differ and are added by each resource's own
/// file.
struct ResourceVerbs {
  const Resource& resource;
  std::string verb;            ///< "location"
  std::string about;           ///< one line for --help
  std::vector<Field> columns;  ///< of list
  std::vector<Field> details;  ///< of show, and of create's answer
  std::string delete_help;
};

/// Returns the verb's App, for create, update and more.
CLI::App& add_resource_verbs(CLI::App& app, Context& context, const ResourceVerbs& verbs);

/// Puts `value` under `key` when the option was given; the text "none" becomes null where `none_clears`.
void put_text(boost::json::object& body, std::string_view key, const std::optional<std::string>& value,
              bool none_clears = false);

/// The uuid of an assignment option: "none" clears, absent leaves.
void put_configuration(boost::json::object& body, Api& api, const std::optional<std::string>& typed);

}  // namespace strata::cli
