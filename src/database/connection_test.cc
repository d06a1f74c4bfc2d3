#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "strata/database/engine_test_fake.h"
#include "strata/database/pool.h"
#include "strata/database/transaction.h"

namespace strata::database {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class Connections : public OnBothEngines {};
STRATA_ON_BOTH_ENGINES(Connections);

TEST_P(Connections, what_was_written_is_there_after_opening_again) {
  open().execute("create table t (a text)");
  open().execute("insert into t (a) values ('kept')");
  EXPECT_EQ(open().query_one("select a from t").text("a"), "kept");
}

TEST_P(Connections, reads_do_not_wait_for_an_open_write_transaction) {
  auto database = open();
  database.execute("create table t (a bigint)");
  Transaction transaction(database);
  transaction.connection().execute("insert into t (a) values (1)");
  EXPECT_EQ(database.query_one("select count(*) as n from t").integer("n"), 0);
  transaction.commit();
  EXPECT_EQ(database.query_one("select count(*) as n from t").integer("n"), 1);
}

TEST_P(Connections, writers_from_many_threads_all_get_through) {
  auto database = open({.connections = 4});
  database.execute("create table counter (n bigint not null)");
  database.execute("insert into counter (n) values (0)");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 25; ++j) {
        database.execute("update counter set n = n + 1");
        (void)database.query_one("select n from counter");
      }
    });
  }
  threads.clear();
  EXPECT_EQ(database.query_one("select n from counter").integer("n"), 200);
}

TEST_P(Connections, waiting_for_a_connection_ends) {
  auto database = open({.connections = 1, .lease_timeout = milliseconds(50)});
  const auto held = database.writer();
  const auto error = error_of([&] { database.execute("select 1"); });
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("busy"));
}

TEST_P(Connections, connections_are_lent_in_the_order_of_asking) {
  Pool pool(parse_url(scratch->url()), {.connections = 1});
  auto held = pool.take(Role::kWriter);
  std::vector<int> order;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      auto session = pool.take(Role::kWriter);
      order.push_back(i);  // whoever has the only connection is alone
      pool.give_back(std::move(session));
    });
    while (pool.waiting(Role::kWriter) <= static_cast<std::size_t>(i)) std::this_thread::yield();
  }
  pool.give_back(std::move(held));
  threads.clear();
  EXPECT_THAT(order, testing::ElementsAre(0, 1, 2, 3));
}

TEST_P(Connections, a_loan_outlives_the_database_object) {
  auto database = std::make_unique<Database>(open());
  auto connection = database->reader();
  database.reset();
  EXPECT_EQ(connection.query_one("select 1 as n").integer("n"), 1);
}

TEST(PostgresqlConnections, a_lost_connection_is_unavailable_once_and_then_replaced) {
  if (!ScratchDatabase::is_available(Engine::kPostgresql)) GTEST_SKIP() << ScratchDatabase::kSkipReason;
  const ScratchDatabase scratch(Engine::kPostgresql);
  auto database = scratch.open({.connections = 1});
  auto killer = scratch.open({.connections = 1});
  auto connection = std::make_optional(database.writer());
  const auto pid = connection->query_one("select pg_backend_pid() as pid").integer("pid");
  ASSERT_TRUE(killer.query_one("select pg_terminate_backend(:pid) as gone", {{"pid", pid}}).boolean("gone"));
  const auto error = error_of([&] {
    while (true) connection->query("select 1 as n");
  });
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("lost"));
  connection.reset();
  EXPECT_EQ(database.query_one("select 1 as n").integer("n"), 1);
}

TEST(PostgresqlConnections, a_connection_that_died_while_idle_is_replaced_unnoticed) {
  if (!ScratchDatabase::is_available(Engine::kPostgresql)) GTEST_SKIP() << ScratchDatabase::kSkipReason;
  const ScratchDatabase scratch(Engine::kPostgresql);
  auto database = scratch.open({.connections = 1});
  auto killer = scratch.open({.connections = 1});
  const auto pid = database.query_one("select pg_backend_pid() as pid").integer("pid");
  killer.query("select pg_terminate_backend(:pid) as gone", {{"pid", pid}});
  // The server is done when the backend is no longer listed; its good-bye was sent before that.
  while (!killer.query("select pid from pg_stat_activity where pid = :pid", {{"pid", pid}}).empty()) {
  }
  EXPECT_NE(database.query_one("select pg_backend_pid() as pid").integer("pid"), pid);
}

TEST(PostgresqlConnections, a_statement_that_takes_too_long_is_ended) {
  if (!ScratchDatabase::is_available(Engine::kPostgresql)) GTEST_SKIP() << ScratchDatabase::kSkipReason;
  const ScratchDatabase scratch(Engine::kPostgresql);
  auto database = scratch.open({.statement_timeout = milliseconds(50)});
  EXPECT_EQ(error_of([&] { database.query("select cast(pg_sleep(60) as text) as t"); }).kind(), ErrorKind::kTimeout);
}

TEST(PostgresqlConnections, a_server_that_is_not_there_is_reported_without_the_password) {
  const auto error = error_of([] { Database::open("postgresql://user:hunter2@127.0.0.1:1/name"); });
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("127.0.0.1"));
  EXPECT_THAT(error.message(), Not(HasSubstr("hunter2")));
}

TEST(SqliteConnections, its_files_are_private) {
  const ScratchDatabase scratch(Engine::kSqlite);
  auto database = scratch.open();
  database.execute("create table t (a text)");
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(scratch.path()).parent_path())) {
    struct stat status{};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 3U) << "database, log and shared memory";
}

TEST(SqliteConnections, every_commit_is_durable_and_references_are_enforced) {
  const ScratchDatabase scratch(Engine::kSqlite);
  auto database = scratch.open();
  auto writer = database.writer();
  EXPECT_EQ(writer.query_one("pragma journal_mode").text("journal_mode"), "wal");
  EXPECT_EQ(writer.query_one("pragma synchronous").integer("synchronous"), 2);
  EXPECT_EQ(writer.query_one("pragma foreign_keys").integer("foreign_keys"), 1);
  EXPECT_EQ(database.query_one("pragma foreign_keys").integer("foreign_keys"), 1);
}

TEST(SqliteConnections, a_reader_cannot_write) {
  const ScratchDatabase scratch(Engine::kSqlite);
  auto database = scratch.open();
  database.execute("create table t (a text)");
  const auto error = error_of([&] { database.query("insert into t (a) values ('x') returning a"); });
  EXPECT_EQ(error.kind(), ErrorKind::kInternal);
  EXPECT_THAT(error.message(), HasSubstr("reader"));
}

TEST(SqliteConnections, a_lock_of_another_process_is_waited_for_and_then_reported) {
  const ScratchDatabase scratch(Engine::kSqlite);
  auto ours = scratch.open({.lock_timeout = milliseconds(20)});
  ours.execute("create table t (a text)");
  auto other = scratch.open();  // a pool of its own, as another process has
  const Transaction transaction(other);
  const auto error = error_of([&] { ours.execute("insert into t (a) values ('x')"); });
  EXPECT_EQ(error.kind(), ErrorKind::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("another process"));
}

TEST(SqliteConnections, a_file_that_is_no_database_is_damaged) {
  const ScratchDatabase scratch(Engine::kSqlite);
  std::ofstream(scratch.path()) << std::string(4096, 'x');
  EXPECT_EQ(error_of([&] { scratch.open(); }).kind(), ErrorKind::kCorrupt);
}

TEST(SqliteConnections, a_path_with_spaces_and_quotes_of_one_kind_works) {
  const ScratchDatabase scratch(Engine::kSqlite);
  const auto url = "sqlite:" + std::filesystem::path(scratch.path()).parent_path().string() + "/it's my = panel.db";
  Database::open(url).execute("create table t (a text)");
  EXPECT_TRUE(Database::open(url).query("select a from t").empty());
}

TEST(SqliteConnections, databases_in_memory_are_apart_and_have_several_connections) {
  auto first = Database::open("sqlite::memory:");
  auto second = Database::open("sqlite::memory:");
  first.execute("create table t (a bigint)");
  first.execute("insert into t (a) values (1)");
  const auto held = first.reader();
  EXPECT_EQ(first.query_one("select a from t").integer("a"), 1);
  EXPECT_EQ(error_of([&] { second.query("select a from t"); }).kind(), ErrorKind::kInternal);
}

TEST(DatabaseUrl, what_is_not_a_url_is_explained) {
  for (const char* url : {"", "mysql://x", "sqlite:", "sqlite:relative.db", "sqlite:/folder/", "/var/lib/panel.db"}) {
    EXPECT_EQ(error_of([&] { Database::open(url); }).kind(), ErrorKind::kInvalid) << url;
  }
  const auto error = error_of([] { Database::open("sqlite:/no/such/folder/panel.db"); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), HasSubstr("folder"));
  const auto secret = error_of([] { Database::open("postgresql://user:hunter2%zz@host/db"); });
  EXPECT_EQ(secret.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(secret.message(), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace strata::database
