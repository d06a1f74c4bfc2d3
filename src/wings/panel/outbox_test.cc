#include "strata/wings/panel/outbox.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/clock_fake.h"
#include "strata/database/scratch_database_fake.h"
#include "strata/wings/panel/panel_fake.h"

namespace strata::wings {
namespace {

using testing::ElementsAre;
using wire::OperationKind;

class OutboxTest : public testing::Test {
 protected:
  OutboxOptions quick() {
    OutboxOptions options;
    options.first_delay = std::chrono::milliseconds{2};
    options.longest_delay = std::chrono::milliseconds{20};
    options.jitter = [] { return 1.0; };
    return options;
  }

  /// A finished operation whose report carries `mark`.
  OperationId result(BackupId backup, const std::string& mark, OperationKind kind = OperationKind::kCreate) {
    NewOperation operation;
    operation.id = OperationId::random();
    operation.kind = kind;
    operation.backup = backup;
    operation.server = ServerId::random();
    journal.accept(operation);
    journal.finish(operation.id, phases::kCompleted, {{"mark", mark}});
    return operation.id;
  }

  bool comes_to(OperationId operation, Delivery delivery) {
    return panel.wait_until([&] { return journal.find(operation)->delivery == delivery; });
  }

  std::vector<std::string> marks() {
    std::vector<std::string> all;
    for (const auto& received : panel.received()) all.emplace_back(received.body.at("mark").as_string());
    return all;
  }

  FakePanel panel;
  FakeClock clock;
  Log log{LogLevel::kError};
  database::ScratchDatabase scratch{database::Engine::kSqlite};
  database::Database database = scratch.open();
  Journal journal{database, clock, BootId::random()};
  ConfigurationStore configuration{panel.configuration_of_node()};
  PanelClient client{configuration, journal.boot(), {}, log};
  Outbox outbox{journal, client, quick(), log};
};

TEST_F(OutboxTest, each_kind_of_result_goes_to_its_own_place) {
  const auto backup = BackupId::random();
  result(backup, "create", OperationKind::kCreate);
  result(backup, "restore", OperationKind::kRestore);
  result(backup, "verify", OperationKind::kVerify);
  const auto last = result(backup, "delete", OperationKind::kDelete);
  NewOperation undo;
  undo.id = OperationId::random();
  undo.kind = OperationKind::kUndo;
  undo.server = ServerId::random();
  journal.accept(undo);
  journal.finish(undo.id, phases::kCompleted, {{"mark", "undo"}});
  outbox.start();
  ASSERT_TRUE(comes_to(last, Delivery::kAcknowledged));
  ASSERT_TRUE(comes_to(undo.id, Delivery::kAcknowledged));
  std::vector<std::string> paths;
  for (const auto& received : panel.received()) paths.push_back(received.path);
  const auto base = "backups/" + backup.text();
  EXPECT_THAT(paths, testing::UnorderedElementsAre(base, base + "/restore", base + "/verification", base + "/deletion",
                                                   "servers/" + undo.server->text() + "/undo"));
}

TEST_F(OutboxTest, a_result_is_sent_again_until_the_panel_has_it) {
  panel.answer_next({500, 503, 429});
  const auto operation = result(BackupId::random(), "a");
  outbox.start();
  ASSERT_TRUE(comes_to(operation, Delivery::kAcknowledged));
  EXPECT_THAT(marks(), ElementsAre("a", "a", "a", "a"));
}

TEST_F(OutboxTest, a_result_outlives_the_absence_of_the_panel_and_arrives_once) {
  panel.stop();
  const auto operation = result(BackupId::random(), "late");
  outbox.start();
  outbox.wake();
  panel.start();
  ASSERT_TRUE(comes_to(operation, Delivery::kAcknowledged));
  EXPECT_THAT(marks(), ElementsAre("late"));
}

TEST_F(OutboxTest, a_result_outlives_a_restart_of_the_node) {
  const auto operation = result(BackupId::random(), "before");
  Journal reopened(database, clock, BootId::random());
  Outbox next(reopened, client, quick(), log);
  next.start();
  ASSERT_TRUE(comes_to(operation, Delivery::kAcknowledged));
}

TEST_F(OutboxTest, a_new_result_goes_out_at_once) {
  outbox.start();
  const auto first = result(BackupId::random(), "first");
  outbox.wake();
  ASSERT_TRUE(comes_to(first, Delivery::kAcknowledged));
}

TEST_F(OutboxTest, results_of_one_backup_keep_their_order_and_do_not_hold_up_others) {
  const auto backup = BackupId::random();
  panel.answer_next({500});
  result(backup, "first");
  const auto second = result(backup, "second", OperationKind::kVerify);
  const auto other = result(BackupId::random(), "other");
  outbox.start();
  ASSERT_TRUE(comes_to(second, Delivery::kAcknowledged));
  ASSERT_TRUE(comes_to(other, Delivery::kAcknowledged));
  const auto all = marks();
  const auto at = [&all](const char* mark) { return std::find(all.rbegin(), all.rend(), mark); };
  EXPECT_GT(at("first"), at("second")) << "the last sending of the first came before the second";
}

TEST_F(OutboxTest, a_result_nobody_claims_is_set_aside_and_can_be_sent_again) {
  panel.answer_next({404, 410});
  const auto unknown = result(BackupId::random(), "unknown");
  const auto gone = result(BackupId::random(), "gone");
  outbox.start();
  ASSERT_TRUE(comes_to(unknown, Delivery::kUnclaimed));
  ASSERT_TRUE(comes_to(gone, Delivery::kUnclaimed));
  outbox.retry_unclaimed();
  ASSERT_TRUE(comes_to(unknown, Delivery::kAcknowledged));
  ASSERT_TRUE(comes_to(gone, Delivery::kAcknowledged));
}

TEST_F(OutboxTest, a_contradiction_stops_the_result) {
  panel.answer_next({409});
  const auto operation = result(BackupId::random(), "other truth");
  outbox.start();
  ASSERT_TRUE(comes_to(operation, Delivery::kRefused));
}

TEST_F(OutboxTest, changed_credentials_are_waited_for) {
  panel.answer_next({401, 403});
  const auto operation = result(BackupId::random(), "a");
  outbox.start();
  ASSERT_TRUE(comes_to(operation, Delivery::kAcknowledged));
  EXPECT_THAT(marks(), ElementsAre("a", "a", "a"));
}

TEST_F(OutboxTest, stopping_does_not_lose_a_result) {
  panel.stop();
  const auto operation = result(BackupId::random(), "a");
  outbox.start();
  outbox.stop();
  EXPECT_EQ(journal.find(operation)->delivery, Delivery::kPending);
}

}  // namespace
}  // namespace strata::wings
