#include "strata/database/transaction.h"

#include <atomic>
#include <barrier>
#include <thread>

#include <gtest/gtest.h>

#include "strata/database/engine_test_fake.h"

namespace strata::database {
namespace {

class Transactions : public OnBothEngines {
 protected:
  void SetUp() override {
    OnBothEngines::SetUp();
    if (IsSkipped()) return;
    database = std::make_unique<Database>(open());
    database->execute("create table accounts (name text primary key, credit bigint not null)");
    database->execute("insert into accounts (name, credit) values ('a', 10), ('b', 10)");
  }

  std::int64_t credit(std::string_view name) {
    return database->query_one("select credit from accounts where name = :name", {{"name", name}}).integer("credit");
  }

  std::unique_ptr<Database> database;
};
STRATA_ON_BOTH_ENGINES(Transactions);

TEST_P(Transactions, all_or_nothing) {
  {
    Transaction transaction(*database);
    transaction.connection().execute("update accounts set credit = 0");
  }
  EXPECT_EQ(credit("a"), 10) << "without commit it never happened";
  {
    Transaction transaction(*database);
    transaction.connection().execute("update accounts set credit = 5");
    transaction.commit();
  }
  EXPECT_EQ(credit("b"), 5);
}

TEST_P(Transactions, an_error_in_the_body_rolls_back_and_passes_through) {
  EXPECT_EQ(error_of([&] {
              with_transaction(*database, [](Connection& connection) {
                connection.execute("update accounts set credit = 0");
                throw Error(ErrorKind::kRefused, "no");
              });
            }).kind(),
            ErrorKind::kRefused);
  EXPECT_EQ(credit("a"), 10);
  EXPECT_EQ(database->execute("update accounts set credit = 1"), 2) << "the connection works again";
}

TEST_P(Transactions, the_result_of_the_body_is_handed_on) {
  const auto moved = with_transaction(
      *database, [](Connection& connection) { return connection.execute("update accounts set credit = credit - 1"); });
  EXPECT_EQ(moved, 2);
}

TEST_P(Transactions, after_a_failed_statement_only_rolling_back_is_possible) {
  Transaction transaction(*database);
  auto& connection = transaction.connection();
  connection.execute("update accounts set credit = 0");
  EXPECT_EQ(error_of([&] { connection.execute("insert into accounts (name, credit) values ('a', 1)"); }).kind(),
            ErrorKind::kConflict);
  EXPECT_EQ(error_of([&] { connection.query("select 1 as n"); }).kind(), ErrorKind::kInternal);
  EXPECT_EQ(error_of([&] { transaction.commit(); }).kind(), ErrorKind::kInternal);
}

TEST_P(Transactions, a_reading_transaction_sees_one_moment) {
  database->query("select 1 as n");
  Transaction snapshot(*database, Transaction::Mode::kRead);
  auto& connection = snapshot.connection();
  EXPECT_EQ(connection.query_one("select credit from accounts where name = 'a'").integer("credit"), 10);
  database->execute("update accounts set credit = 3");
  EXPECT_EQ(connection.query_one("select credit from accounts where name = 'a'").integer("credit"), 10);
  EXPECT_EQ(error_of([&] { connection.execute("update accounts set credit = 4"); }).kind(), ErrorKind::kInternal);
}

TEST_P(Transactions, a_deadlock_is_resolved_by_running_one_of_them_again) {
  std::atomic<int> runs{0};
  std::atomic<int> met{0};
  const auto transfer = [&](const char* first, const char* second) {
    with_transaction(*database, [&](Connection& connection) {
      ++runs;
      connection.execute("update accounts set credit = credit + 1 where name = :name", {{"name", first}});
      // On PostgreSQL both hold their first row before either asks for its second; SQLite lets in one at a time.
      if (database->engine() == Engine::kPostgresql && ++met < 3) {
        while (met < 2) std::this_thread::yield();
      }
      connection.execute("update accounts set credit = credit + 1 where name = :name", {{"name", second}});
    });
  };
  {
    const std::jthread one([&] { transfer("a", "b"); });
    const std::jthread two([&] { transfer("b", "a"); });
  }
  EXPECT_EQ(credit("a"), 12);
  EXPECT_EQ(credit("b"), 12);
  EXPECT_EQ(runs, database->engine() == Engine::kPostgresql ? 3 : 2);
}

TEST_P(Transactions, an_endless_collision_is_given_up) {
  int runs = 0;
  auto impatient = open({.lock_timeout = std::chrono::milliseconds(5)});
  Transaction blocker(*database);
  blocker.connection().execute("update accounts set credit = 1");
  const auto error = error_of([&] {
    with_transaction(impatient, [&](Connection& connection) {
      ++runs;
      connection.execute("update accounts set credit = 2");
    });
  });
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_LE(runs, 5);
}

}  // namespace
}  // namespace strata::database
