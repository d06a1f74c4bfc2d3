#include "strata/panel/configurations/resolution.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"

namespace strata::panel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using wire::AssignmentLayer;
using wire::LayerState;

wire::BackupConfiguration configuration(std::string name, bool maintenance = false) {
  wire::BackupConfiguration made;
  made.uuid = ConfigurationId::random();
  made.name = std::move(name);
  made.maintenance_enabled = maintenance;
  return made;
}

Assignments nothing_assigned() {
  Assignments assignments;
  assignments.server = {Uuid::random(), "survival", {}};
  assignments.node = {Uuid::random(), "node-1", {}};
  assignments.location = {Uuid::random(), "Frankfurt", {}};
  return assignments;
}

std::string refusal_of(const Assignments& assignments, Audience audience) {
  const auto resolution = resolve(assignments);
  try {
    require_usable(resolution, audience);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kRefused);
    return error.message();
  }
  return {};
}

TEST(Resolution, the_most_specific_assignment_decides) {
  auto assignments = nothing_assigned();
  assignments.location.assigned = configuration("Wide");
  EXPECT_EQ(resolve(assignments).layer, AssignmentLayer::kLocation);
  assignments.node.assigned = configuration("Middle");
  EXPECT_EQ(resolve(assignments).layer, AssignmentLayer::kNode);
  assignments.server.assigned = configuration("Narrow");
  EXPECT_EQ(resolve(assignments).layer, AssignmentLayer::kServer);
  EXPECT_EQ(require_usable(resolve(assignments), Audience::kOperator).name, "Narrow");
}

TEST(Resolution, without_an_assignment_everybody_reads_that_a_backup_configuration_is_missing) {
  const auto assignments = nothing_assigned();
  EXPECT_FALSE(resolve(assignments).layer);
  EXPECT_THAT(
      refusal_of(assignments, Audience::kOperator),
      AllOf(HasSubstr("backup configuration"), HasSubstr("survival"), HasSubstr("node-1"), HasSubstr("Frankfurt")));
  EXPECT_THAT(refusal_of(assignments, Audience::kCustomer),
              AllOf(HasSubstr("backup configuration"), Not(HasSubstr("node-1"))));
}

TEST(Resolution, maintenance_blocks_its_layer_and_names_itself_to_operators_only) {
  auto assignments = nothing_assigned();
  assignments.location.assigned = configuration("Wide");
  assignments.node.assigned = configuration("Narrow", true);
  EXPECT_THAT(refusal_of(assignments, Audience::kOperator),
              AllOf(HasSubstr("maintenance"), HasSubstr("Narrow"), HasSubstr("node 'node-1'")));
  EXPECT_THAT(refusal_of(assignments, Audience::kCustomer),
              AllOf(HasSubstr("paused by your host"), Not(HasSubstr("Narrow"))));
  EXPECT_EQ(resolve(assignments).layer, AssignmentLayer::kNode);
}

TEST(Resolution, an_assignment_that_cannot_be_read_refuses_instead_of_falling_through) {
  auto assignments = nothing_assigned();
  assignments.location.assigned = configuration("Wide");
  assignments.server.assigned = Unreadable{"its disk is unknown"};
  EXPECT_EQ(resolve(assignments).layer, AssignmentLayer::kServer);
  EXPECT_FALSE(resolve(assignments).configuration);
  EXPECT_THAT(refusal_of(assignments, Audience::kOperator),
              AllOf(HasSubstr("server 'survival'"), HasSubstr("its disk is unknown")));
  EXPECT_THAT(refusal_of(assignments, Audience::kCustomer), HasSubstr("paused by your host"));
}

TEST(Resolution, the_explanation_shows_every_layer_and_who_decided) {
  auto assignments = nothing_assigned();
  assignments.location.assigned = configuration("MinIO");
  auto explanation = explain(assignments);
  EXPECT_EQ(explanation.summary, "backs up to MinIO (from location Frankfurt)");
  EXPECT_FALSE(explanation.blocked);
  ASSERT_EQ(explanation.chain.size(), 3U);
  EXPECT_EQ(explanation.chain[0].state, LayerState::kUnset);
  EXPECT_EQ(explanation.chain[2].state, LayerState::kChosen);

  assignments.server.assigned = configuration("Broken", true);
  explanation = explain(assignments);
  EXPECT_TRUE(explanation.blocked);
  EXPECT_EQ(explanation.chain[0].state, LayerState::kBlocking);
  EXPECT_EQ(explanation.chain[2].state, LayerState::kOverridden);
  EXPECT_EQ(explanation.configuration->name, "Broken");
}

TEST(Resolution, refusals_of_other_actions_name_the_action) {
  EXPECT_EQ(maintenance_refusal("restore backup", "MinIO", Audience::kOperator),
            "cannot restore backup while backup configuration 'MinIO' is in maintenance mode");
  EXPECT_THAT(maintenance_refusal("restore backup", "MinIO", Audience::kCustomer), HasSubstr("paused by your host"));
}

// Four things a layer can say, on three layers: small enough to try all, so that is what we do.
enum class Says { kNothing, kUsable, kMaintenance, kUnreadable };

void say(Assignment& assignment, Says what) {
  if (what == Says::kUsable) assignment.assigned = configuration("usable");
  if (what == Says::kMaintenance) assignment.assigned = configuration("maintained", true);
  if (what == Says::kUnreadable) assignment.assigned = Unreadable{"damaged"};
}

TEST(Resolution, for_every_combination_the_first_layer_that_says_something_decides_alone) {
  const std::array all = {Says::kNothing, Says::kUsable, Says::kMaintenance, Says::kUnreadable};
  const std::array layers = {AssignmentLayer::kServer, AssignmentLayer::kNode, AssignmentLayer::kLocation};
  for (const auto server : all) {
    for (const auto node : all) {
      for (const auto location : all) {
        auto assignments = nothing_assigned();
        say(assignments.server, server);
        say(assignments.node, node);
        say(assignments.location, location);

        const std::array said = {server, node, location};
        const auto* first = std::find_if(said.begin(), said.end(), [](Says s) { return s != Says::kNothing; });
        const auto resolution = resolve(assignments);
        const auto explanation = explain(assignments);
        EXPECT_EQ(explanation.blocked, resolution.refusal.has_value());
        EXPECT_EQ(resolution.refusal.has_value(), resolution.customer_refusal.has_value());
        if (first == said.end()) {
          EXPECT_FALSE(resolution.layer);
          EXPECT_TRUE(resolution.refusal);
          continue;
        }
        EXPECT_EQ(resolution.layer, layers[static_cast<std::size_t>(first - said.begin())]);
        EXPECT_EQ(resolution.refusal.has_value(), *first != Says::kUsable);
        EXPECT_EQ(resolution.configuration.has_value(), *first != Says::kUnreadable);

        // What less specific layers say changes nothing.
        auto without_the_rest = assignments;
        if (resolution.layer == AssignmentLayer::kServer) without_the_rest.node.assigned = {};
        if (resolution.layer != AssignmentLayer::kLocation) without_the_rest.location.assigned = {};
        EXPECT_EQ(resolve(without_the_rest).refusal, resolution.refusal);
        EXPECT_EQ(resolve(without_the_rest).layer, resolution.layer);
      }
    }
  }
}

}  // namespace
}  // namespace strata::panel
