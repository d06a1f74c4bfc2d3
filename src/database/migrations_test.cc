#include "strata/database/migrations.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/database/engine_test_fake.h"

namespace strata::database {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<Migration> kTwoSteps = {
    {1, "people",
     "create table people (id bigint primary key, name text not null); create index people_name on people (name);"},
    {2, "colours", "alter table people add column colour text; update people set colour = 'it''s; red';"},
};

class Migrations : public OnBothEngines {};
STRATA_ON_BOTH_ENGINES(Migrations);

TEST_P(Migrations, an_empty_database_gets_every_step_once) {
  auto database = open();
  EXPECT_EQ(schema_version(database), 0);
  EXPECT_THAT(migrate(database, kTwoSteps), ElementsAre(1, 2));
  EXPECT_THAT(migrate(database, kTwoSteps), IsEmpty());
  EXPECT_EQ(schema_version(database), 2);
  EXPECT_EQ(database.execute("insert into people (id, name, colour) values (1, 'x', 'y')"), 1);
}

TEST_P(Migrations, an_old_database_gets_what_is_new) {
  auto database = open();
  migrate(database, std::span(kTwoSteps).first(1));
  database.execute("insert into people (id, name) values (1, 'x')");
  EXPECT_THAT(migrate(database, kTwoSteps), ElementsAre(2));
  EXPECT_EQ(database.query_one("select colour from people").text("colour"), "it's; red");
}

TEST_P(Migrations, a_step_that_fails_leaves_the_one_before) {
  auto database = open();
  const std::vector<Migration> broken = {kTwoSteps[0],
                                         {2, "broken", "create table half (a bigint); create tabel other;"}};
  const auto error = error_of([&] { migrate(database, broken); });
  EXPECT_THAT(error.message(), HasSubstr("migration 2 'broken'"));
  EXPECT_EQ(schema_version(database), 1);
  EXPECT_THROW(database.query("select a from half"), Error);
  EXPECT_THAT(migrate(database, kTwoSteps), ElementsAre(2)) << "the corrected program goes on";
}

TEST_P(Migrations, a_newer_database_is_refused_untouched) {
  auto database = open();
  migrate(database, kTwoSteps);
  const auto error = error_of([&] { migrate(database, std::span(kTwoSteps).first(1)); });
  EXPECT_EQ(error.kind(), ErrorKind::kRefused);
  EXPECT_THAT(error.message(), HasSubstr("newer version"));
  EXPECT_EQ(schema_version(database), 2);
}

TEST_P(Migrations, an_edited_step_is_refused) {
  auto database = open();
  migrate(database, kTwoSteps);
  auto edited = kTwoSteps;
  edited[0].sql = "create table people (id bigint primary key, name text)";
  const auto error = error_of([&] { migrate(database, edited); });
  EXPECT_EQ(error.kind(), ErrorKind::kRefused);
  EXPECT_THAT(error.message(), HasSubstr("migration 1 'people'"));
}

TEST_P(Migrations, several_processes_may_start_at_once) {
  open();
  std::vector<std::jthread> threads;
  std::atomic<int> applied{0};
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      auto database = open({.connections = 2});
      applied += static_cast<int>(migrate(database, kTwoSteps).size());
    });
  }
  threads.clear();
  EXPECT_EQ(applied, 2);
}

TEST(MigrationList, a_gap_in_the_numbers_is_our_defect) {
  auto database = Database::open("sqlite::memory:");
  const std::vector<Migration> gap = {{1, "a", "select 1"}, {3, "b", "select 1"}};
  EXPECT_EQ(error_of([&] { migrate(database, gap); }).kind(), ErrorKind::kInternal);
}

}  // namespace
}  // namespace strata::database
