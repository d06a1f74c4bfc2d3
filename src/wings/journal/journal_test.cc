#include "strata/wings/journal/journal.h"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/clock_fake.h"
#include "strata/base/error.h"
#include "strata/database/scratch_database_fake.h"

namespace strata::wings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using wire::OperationKind;

NewOperation command(OperationKind kind, BackupId backup, std::uint64_t fence = 1) {
  NewOperation operation;
  operation.id = OperationId::random();
  operation.kind = kind;
  operation.backup = backup;
  operation.server = ServerId::random();
  operation.fence = fence;
  operation.payload = {{"adapter", "wings"}};
  return operation;
}

std::vector<OperationId> ids_of(const std::vector<JournalOperation>& operations) {
  std::vector<OperationId> ids;
  for (const auto& operation : operations) ids.push_back(operation.id);
  return ids;
}

/// The error an action ends with; fails the test when it does not.
template <class Action>
ErrorKind refusal_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was refused";
  return ErrorKind::kInternal;
}

class JournalTest : public testing::Test {
 protected:
  void restart() { journal.emplace(database, clock, BootId::random()); }

  FakeClock clock;
  database::ScratchDatabase scratch{database::Engine::kSqlite};
  database::Database database = scratch.open();
  std::optional<Journal> journal{std::in_place, database, clock, BootId::random()};
};

TEST_F(JournalTest, what_was_accepted_is_there_after_a_restart) {
  auto create = command(OperationKind::kCreate, BackupId::random(), 7);
  ASSERT_TRUE(journal->accept(create).is_new);
  journal->set_phase(create.id, phases::kStore);
  journal->set_notes(create.id, {{"was_running", true}});
  restart();
  const auto kept = journal->unfinished();
  ASSERT_THAT(ids_of(kept), ElementsAre(create.id));
  EXPECT_EQ(kept[0].phase, "store");
  EXPECT_EQ(kept[0].fence, 7u);
  EXPECT_EQ(kept[0].server, create.server);
  EXPECT_EQ(kept[0].payload.at("adapter"), "wings");
  EXPECT_EQ(kept[0].notes.at("was_running"), true);
  EXPECT_FALSE(kept[0].finished());
}

TEST_F(JournalTest, the_same_command_again_gives_the_stored_state) {
  auto create = command(OperationKind::kCreate, BackupId::random());
  journal->accept(create);
  journal->finish(create.id, phases::kCompleted, {{"size", 5}});
  const auto again = journal->accept(create);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(again.operation.phase, "completed");
  EXPECT_EQ(again.operation.report.at("size"), 5);
  EXPECT_THAT(journal->unfinished(), IsEmpty());
}

TEST_F(JournalTest, an_operation_id_is_good_for_one_command) {
  auto create = command(OperationKind::kCreate, BackupId::random());
  journal->accept(create);
  auto other = command(OperationKind::kDelete, BackupId::random());
  other.id = create.id;
  EXPECT_EQ(refusal_of([&] { journal->accept(other); }), ErrorKind::kConflict);
}

TEST_F(JournalTest, a_command_that_was_overtaken_is_refused) {
  const auto backup = BackupId::random();
  journal->accept(command(OperationKind::kVerify, backup, 9));
  EXPECT_EQ(refusal_of([&] { journal->accept(command(OperationKind::kVerify, backup, 8)); }), ErrorKind::kConflict);
  restart();
  EXPECT_EQ(refusal_of([&] { journal->accept(command(OperationKind::kVerify, backup, 8)); }), ErrorKind::kConflict);
  EXPECT_TRUE(journal->accept(command(OperationKind::kVerify, backup, 10)).is_new);
  EXPECT_TRUE(journal->accept(command(OperationKind::kVerify, BackupId::random(), 1)).is_new);
  EXPECT_TRUE(journal->accept(command(OperationKind::kVerify, backup, 0)).is_new) << "a reference Panel sends no fence";
}

TEST_F(JournalTest, a_create_that_arrives_after_its_delete_is_refused) {
  const auto backup = BackupId::random();
  auto remove = command(OperationKind::kDelete, backup, 5);
  journal->accept(remove);
  journal->finish(remove.id, phases::kCompleted, {});
  EXPECT_EQ(refusal_of([&] { journal->accept(command(OperationKind::kCreate, backup, 5)); }), ErrorKind::kConflict);
  EXPECT_TRUE(journal->accept(command(OperationKind::kCreate, backup, 6)).is_new);
}

TEST_F(JournalTest, a_tombstone_holds_though_there_was_nothing_to_delete) {
  const auto backup = BackupId::random();
  journal->add_tombstone(backup, 5);
  EXPECT_EQ(refusal_of([&] { journal->accept(command(OperationKind::kCreate, backup, 4)); }), ErrorKind::kConflict);
  EXPECT_EQ(refusal_of([&] { journal->accept(command(OperationKind::kCreate, backup, 0)); }), ErrorKind::kConflict);
}

TEST_F(JournalTest, a_backup_is_created_once_and_left_alone_while_it_is_deleted) {
  const auto backup = BackupId::random();
  journal->accept(command(OperationKind::kCreate, backup, 1));
  EXPECT_EQ(refusal_of([&] { journal->accept(command(OperationKind::kCreate, backup, 2)); }), ErrorKind::kConflict);
  journal->accept(command(OperationKind::kDelete, backup, 3));
  EXPECT_EQ(refusal_of([&] { journal->accept(command(OperationKind::kRestore, backup, 4)); }), ErrorKind::kConflict);
  EXPECT_TRUE(journal->accept(command(OperationKind::kDelete, backup, 5)).is_new) << "deleting twice does no harm";
}

TEST_F(JournalTest, an_operation_ends_once) {
  auto create = command(OperationKind::kCreate, BackupId::random());
  journal->accept(create);
  journal->finish(create.id, phases::kFailed, {{"successful", false}});
  EXPECT_EQ(refusal_of([&] { journal->finish(create.id, phases::kCompleted, {{"successful", true}}); }),
            ErrorKind::kConflict);
  journal->set_phase(create.id, phases::kStore);
  EXPECT_EQ(journal->find(create.id)->phase, "failed");
  EXPECT_EQ(refusal_of([&] { journal->finish(OperationId::random(), phases::kFailed, {}); }), ErrorKind::kConflict);
}

TEST_F(JournalTest, results_of_one_backup_go_out_in_order) {
  const auto first = BackupId::random();
  const auto second = BackupId::random();
  auto create = command(OperationKind::kCreate, first, 1);
  auto verify = command(OperationKind::kVerify, first, 2);
  auto other = command(OperationKind::kCreate, second, 1);
  for (const auto* operation : {&create, &verify, &other}) {
    journal->accept(*operation);
    journal->finish(operation->id, phases::kCompleted, {});
  }
  EXPECT_THAT(ids_of(journal->pending_reports(10)), ElementsAre(create.id, other.id));
  journal->set_delivery(create.id, Delivery::kAcknowledged);
  EXPECT_THAT(ids_of(journal->pending_reports(10)), ElementsAre(verify.id, other.id));
  journal->set_delivery(verify.id, Delivery::kUnclaimed);
  EXPECT_THAT(ids_of(journal->pending_reports(10)), ElementsAre(other.id));
  EXPECT_THAT(ids_of(journal->with_delivery(Delivery::kUnclaimed, 10)), ElementsAre(verify.id));
}

TEST_F(JournalTest, results_of_undos_go_out_in_order_per_server) {
  NewOperation undo;
  undo.kind = OperationKind::kUndo;
  undo.server = ServerId::random();
  auto again = undo;
  auto other = undo;
  undo.id = OperationId::random();
  again.id = OperationId::random();
  other.id = OperationId::random();
  other.server = ServerId::random();
  for (const auto* operation : {&undo, &again, &other}) {
    journal->accept(*operation);
    journal->finish(operation->id, phases::kCompleted, {});
  }
  EXPECT_THAT(ids_of(journal->pending_reports(10)), ElementsAre(undo.id, other.id));
}

TEST_F(JournalTest, a_result_that_the_panel_has_already_is_not_sent) {
  auto remove = command(OperationKind::kDelete, BackupId::random());
  journal->accept(remove);
  journal->finish(remove.id, phases::kCompleted, {}, true);
  EXPECT_THAT(journal->pending_reports(10), IsEmpty());
}

TEST_F(JournalTest, a_single_use_token_works_once_across_restarts) {
  const auto expires = clock.now() + std::chrono::minutes(15);
  EXPECT_TRUE(journal->use_token("a", expires));
  EXPECT_FALSE(journal->use_token("a", expires));
  EXPECT_TRUE(journal->use_token("b", expires));
  restart();
  EXPECT_FALSE(journal->use_token("a", expires));
}

TEST_F(JournalTest, only_creates_of_this_start_own_their_unfinished_files) {
  const auto backup = BackupId::random();
  auto create = command(OperationKind::kCreate, backup);
  journal->accept(create);
  EXPECT_TRUE(journal->is_running(backup));
  EXPECT_FALSE(journal->is_running(BackupId::random()));
  restart();
  EXPECT_FALSE(journal->is_running(backup));
  journal->take_up(create.id);
  EXPECT_TRUE(journal->is_running(backup));
  journal->finish(create.id, phases::kCompleted, {});
  EXPECT_FALSE(journal->is_running(backup));
}

TEST_F(JournalTest, what_is_past_its_time_goes_and_what_is_owed_stays) {
  const auto backup = BackupId::random();
  std::vector<OperationId> acknowledged;
  for (int i = 0; i < 501; ++i) {  // one more than a batch
    auto operation = command(OperationKind::kVerify, BackupId::random());
    journal->accept(operation);
    journal->finish(operation.id, phases::kCompleted, {}, true);
    acknowledged.push_back(operation.id);
  }
  auto pending = command(OperationKind::kVerify, backup);
  journal->accept(pending);
  journal->finish(pending.id, phases::kCompleted, {});
  auto running = command(OperationKind::kVerify, backup, 2);
  journal->accept(running);
  journal->use_token("a", clock.now() + std::chrono::hours(1));

  clock.advance(std::chrono::hours(24 * 8));
  EXPECT_EQ(journal->clean_up(), 502u);
  EXPECT_FALSE(journal->find(acknowledged.front()));
  EXPECT_TRUE(journal->find(pending.id));
  EXPECT_TRUE(journal->find(running.id));
  clock.advance(std::chrono::hours(24 * 365));
  journal->clean_up();
  EXPECT_TRUE(journal->find(pending.id)) << "an unacknowledged result is kept for ever";
}

TEST_F(JournalTest, an_unclaimed_result_is_kept_for_thirty_days) {
  auto create = command(OperationKind::kCreate, BackupId::random());
  journal->accept(create);
  journal->finish(create.id, phases::kCompleted, {});
  journal->set_delivery(create.id, Delivery::kUnclaimed);
  clock.advance(std::chrono::hours(24 * 29));
  journal->clean_up();
  EXPECT_TRUE(journal->find(create.id));
  clock.advance(std::chrono::hours(24 * 2));
  journal->clean_up();
  EXPECT_FALSE(journal->find(create.id));
}

TEST_F(JournalTest, a_payload_beyond_its_limit_is_refused) {
  auto create = command(OperationKind::kCreate, BackupId::random());
  create.payload = std::string(3 * 1024 * 1024, 'x');
  EXPECT_EQ(refusal_of([&] { journal->accept(create); }), ErrorKind::kTooLarge);
  EXPECT_THAT(journal->unfinished(), IsEmpty());
}

}  // namespace
}  // namespace strata::wings
