#include "strata/panel/configurations/resolution.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/describe/enumeration.h"

namespace strata::panel {

namespace {

using wire::AssignmentLayer;

// Never what the host stores to or how it is called: customers need to know that it is not their fault.
constexpr std::string_view kPausedByHost = "backups of this server are paused by your host, try again later";
constexpr std::string_view kNothingForCustomers =
    "no backup configuration is available for this server: ask your host to assign one";

std::array<std::pair<AssignmentLayer, const Assignment*>, 3> layers_of(const Assignments& assignments) {
  return {{{AssignmentLayer::kServer, &assignments.server},
           {AssignmentLayer::kNode, &assignments.node},
           {AssignmentLayer::kLocation, &assignments.location}}};
}

const wire::BackupConfiguration* configuration_of(const Assignment& assignment) {
  return std::get_if<wire::BackupConfiguration>(&assignment.assigned);
}

std::string place(AssignmentLayer layer, const Assignment& assignment) {
  return fmt::format("{} '{}'", describe::text_of(layer), assignment.holder_name);
}

Resolution decided_by(AssignmentLayer layer, const Assignment& assignment) {
  Resolution resolution;
  resolution.layer = layer;
  if (const auto* unreadable = std::get_if<Unreadable>(&assignment.assigned)) {
    resolution.refusal = fmt::format(
        "cannot create backup: the backup configuration assigned to {} cannot be read ({}); repair it or assign "
        "another",
        place(layer, assignment), unreadable->why);
    resolution.customer_refusal = kPausedByHost;
    return resolution;
  }
  resolution.configuration = *configuration_of(assignment);
  if (resolution.configuration->maintenance_enabled) {
    resolution.refusal =
        fmt::format("cannot create backup while backup configuration '{}' (from {}) is in maintenance mode",
                    resolution.configuration->name, place(layer, assignment));
    resolution.customer_refusal = kPausedByHost;
  }
  return resolution;
}

wire::LayerState state_of(AssignmentLayer layer, const Assignment& assignment, const Resolution& resolution) {
  if (std::holds_alternative<std::monostate>(assignment.assigned)) return wire::LayerState::kUnset;
  if (resolution.layer != layer) return wire::LayerState::kOverridden;
  if (std::holds_alternative<Unreadable>(assignment.assigned)) return wire::LayerState::kUnreadable;
  return resolution.refusal ? wire::LayerState::kBlocking : wire::LayerState::kChosen;
}

}  // namespace

Resolution resolve(const Assignments& assignments) {
  for (const auto& [layer, assignment] : layers_of(assignments)) {
    if (!std::holds_alternative<std::monostate>(assignment->assigned)) return decided_by(layer, *assignment);
  }
  Resolution nothing;
  nothing.refusal = fmt::format(
      "no backup configuration available, unable to create backup: assign one to server '{}', to node '{}' or to "
      "location '{}'",
      assignments.server.holder_name, assignments.node.holder_name, assignments.location.holder_name);
  nothing.customer_refusal = kNothingForCustomers;
  return nothing;
}

wire::Explanation explain(const Assignments& assignments) {
  const auto resolution = resolve(assignments);
  wire::Explanation explanation;
  explanation.layer = resolution.layer;
  explanation.configuration = resolution.configuration;
  explanation.blocked = resolution.refusal.has_value();
  explanation.reason = resolution.refusal;
  for (const auto& [layer, assignment] : layers_of(assignments)) {
    wire::ExplainedLayer explained{.layer = layer,
                                   .uuid = assignment->holder,
                                   .name = assignment->holder_name,
                                   .state = state_of(layer, *assignment, resolution),
                                   .configuration = {}};
    if (const auto* configuration = configuration_of(*assignment)) explained.configuration = *configuration;
    if (resolution.layer == layer && !resolution.refusal) {
      explanation.summary = fmt::format("backs up to {} (from {} {})", resolution.configuration->name,
                                        describe::text_of(layer), assignment->holder_name);
    }
    explanation.chain.push_back(std::move(explained));
  }
  if (resolution.refusal) explanation.summary = *resolution.refusal;
  return explanation;
}

const wire::BackupConfiguration& require_usable(const Resolution& resolution, Audience audience) {
  if (resolution.refusal) {
    throw Error(ErrorKind::kRefused,
                audience == Audience::kCustomer ? *resolution.customer_refusal : *resolution.refusal);
  }
  return *resolution.configuration;
}

std::string maintenance_refusal(std::string_view action, std::string_view configuration_name, Audience audience) {
  if (audience == Audience::kCustomer) return std::string(kPausedByHost);
  return fmt::format("cannot {} while backup configuration '{}' is in maintenance mode", action, configuration_name);
}

}  // namespace strata::panel
