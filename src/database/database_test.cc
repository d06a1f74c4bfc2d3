#include "strata/database/database.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/id.h"
#include "strata/database/engine_test_fake.h"

namespace strata::database {
namespace {

using testing::HasSubstr;
using testing::Not;

class Statements : public OnBothEngines {};
STRATA_ON_BOTH_ENGINES(Statements);

TEST_P(Statements, every_kind_of_value_comes_back_as_it_went_in) {
  auto database = open();
  database.execute(
      "create table things (id text primary key, big bigint, fraction double precision, flag boolean, moment bigint, "
      "word text, missing text)");
  const auto id = ServerId::random();
  const Timestamp moment{std::chrono::microseconds{1'787'400'473'123'456}};
  database.execute(
      "insert into things (id, big, fraction, flag, moment, word, missing) "
      "values (:id, :big, :fraction, :flag, :moment, :word, :missing)",
      {{"id", id},
       {"big", std::numeric_limits<std::int64_t>::max()},
       {"fraction", 0.1},
       {"flag", true},
       {"moment", moment},
       {"word",
        "gr\xC3\xBC\xC3\x9F"
        "e 'quoted' \\ :colon ?"},
       {"missing", std::optional<std::string>()}});
  const auto row = database.query_one("select * from things");
  EXPECT_EQ(row.id<ServerId>("id"), id);
  EXPECT_EQ(row.integer("big"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(row.real("fraction"), 0.1);
  EXPECT_TRUE(row.boolean("flag"));
  EXPECT_EQ(row.time("moment"), moment);
  EXPECT_EQ(row.text("word"),
            "gr\xC3\xBC\xC3\x9F"
            "e 'quoted' \\ :colon ?");
  EXPECT_FALSE(row.optional_text("missing"));
  EXPECT_FALSE(row.optional_integer("missing"));
  EXPECT_FALSE(row.optional_id<ServerId>("missing"));
  EXPECT_EQ(row.optional_boolean("flag"), true);
}

TEST_P(Statements, a_statement_is_used_again_with_other_types) {
  auto database = open();
  database.execute("create table pairs (name text primary key, number bigint)");
  const std::vector<std::optional<std::int64_t>> numbers = {std::nullopt, 7, std::nullopt, -1};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    database.execute("insert into pairs (name, number) values (:name, :number)",
                     {{"name", "n" + std::to_string(i)}, {"number", numbers[i]}});
  }
  const auto rows = database.query("select number from pairs order by name");
  ASSERT_EQ(rows.size(), numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(rows[i].optional_integer("number"), numbers[i]);
}

TEST_P(Statements, sums_and_counts_are_integers) {
  auto database = open();
  database.execute("create table sizes (bytes bigint not null)");
  EXPECT_EQ(database.query_one("select count(*) as files, sum(bytes) as bytes from sizes").integer("files"), 0);
  EXPECT_TRUE(database.query_one("select sum(bytes) as bytes from sizes").is_null("bytes"));
  for (int i = 0; i < 3; ++i) {
    database.execute("insert into sizes (bytes) values (:bytes)", {{"bytes", std::int64_t{3'000'000'000}}});
  }
  const auto row = database.query_one("select count(*) as files, sum(bytes) as bytes, avg(bytes) as mean from sizes");
  EXPECT_EQ(row.integer("files"), 3);
  EXPECT_EQ(row.integer("bytes"), 9'000'000'000);
  EXPECT_EQ(row.real("mean"), 3e9);
}

TEST_P(Statements, one_placeholder_may_stand_in_several_places) {
  auto database = open();
  database.execute("create table names (first text, last text)");
  database.execute("insert into names (first, last) values (:name, :name)", {{"name", "x"}});
  EXPECT_EQ(database.query("select * from names where first = :name or last = :name", {{"name", "x"}}).size(), 1U);
}

TEST_P(Statements, a_colon_in_a_literal_is_no_placeholder) {
  auto database = open();
  EXPECT_EQ(database.query_one("select 'a:b' as text, cast(:x as text) as x", {{"x", "y"}}).text("text"), "a:b");
}

TEST_P(Statements, rows_can_be_limited_by_a_parameter) {
  auto database = open();
  database.execute("create table numbers (n bigint)");
  for (int i = 0; i < 5; ++i) database.execute("insert into numbers (n) values (:n)", {{"n", i}});
  const auto rows =
      database.query("select n from numbers order by n limit :limit offset :offset", {{"limit", 2}, {"offset", 1}});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].integer("n"), 1);
}

TEST_P(Statements, the_number_of_changed_rows_is_told) {
  auto database = open();
  database.execute("create table numbers (n bigint, even boolean not null default false)");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(database.execute("insert into numbers (n) values (:n)", {{"n", i}}), 1);
  }
  EXPECT_EQ(database.execute("update numbers set even = true where n % 2 = 0"), 3);
  EXPECT_EQ(database.execute("update numbers set even = true where n > 100"), 0);
  EXPECT_EQ(database.execute("delete from numbers where even = :even", {{"even", true}}), 3);
}

TEST_P(Statements, a_claim_by_conditional_update_returns_the_claimed_row) {
  auto database = open();
  database.execute("create table jobs (id bigint primary key, owner text)");
  database.execute("insert into jobs (id) values (1), (2)");
  const char* claim =
      "update jobs set owner = :owner where id = (select id from jobs where owner is null order by id limit 1) "
      "returning "
      "id, owner";
  EXPECT_EQ(database.execute_returning(claim, {{"owner", "a"}}).at(0).integer("id"), 1);
  EXPECT_EQ(database.execute_returning(claim, {{"owner", "b"}}).at(0).integer("id"), 2);
  EXPECT_TRUE(database.execute_returning(claim, {{"owner", "c"}}).empty());
}

TEST_P(Statements, insert_or_update_works_the_same) {
  auto database = open();
  database.execute("create table settings (key text primary key, value text not null)");
  for (const char* value : {"one", "two"}) {
    database.execute(
        "insert into settings (key, value) values (:key, :value) on conflict (key) do update set value = "
        "excluded.value",
        {{"key", "k"}, {"value", value}});
  }
  EXPECT_EQ(database.query_one("select value from settings").text("value"), "two");
}

TEST_P(Statements, a_duplicate_is_a_conflict_that_names_the_place_not_the_value) {
  auto database = open();
  database.execute("create table people (id bigint primary key, name text not null unique)");
  database.execute("insert into people (id, name) values (1, :name)", {{"name", "secret-name"}});
  const auto error =
      error_of([&] { database.execute("insert into people (id, name) values (2, :name)", {{"name", "secret-name"}}); });
  EXPECT_EQ(error.kind(), ErrorKind::kConflict);
  EXPECT_THAT(error.message(), HasSubstr("people"));
  EXPECT_THAT(error.message(), Not(HasSubstr("secret-name")));
  EXPECT_EQ(error_of([&] { database.execute("insert into people (id, name) values (1, 'x')"); }).kind(),
            ErrorKind::kConflict);
  EXPECT_EQ(database.execute("insert into people (id, name) values (2, 'y')"), 1) << "the statement works again";
}

TEST_P(Statements, a_broken_reference_is_a_conflict_in_both_directions) {
  auto database = open();
  database.execute("create table nodes (id bigint primary key)");
  database.execute("create table servers (id bigint primary key, node bigint not null references nodes (id))");
  database.execute("insert into nodes (id) values (1)");
  database.execute("insert into servers (id, node) values (1, 1)");
  const auto missing = error_of([&] { database.execute("insert into servers (id, node) values (2, 9)"); });
  EXPECT_EQ(missing.kind(), ErrorKind::kConflict);
  EXPECT_THAT(missing.message(), HasSubstr("refer"));
  EXPECT_EQ(error_of([&] { database.execute("delete from nodes where id = 1"); }).kind(), ErrorKind::kConflict);
}

TEST_P(Statements, other_constraints_are_invalid_input) {
  auto database = open();
  database.execute("create table limits (n bigint not null check (n > 0))");
  EXPECT_EQ(error_of([&] { database.execute("insert into limits (n) values (0)"); }).kind(), ErrorKind::kInvalid);
  EXPECT_EQ(error_of([&] { database.execute("insert into limits (n) values (:n)", {{"n", std::nullopt}}); }).kind(),
            ErrorKind::kInvalid);
}

TEST_P(Statements, parameters_and_placeholders_must_match) {
  auto database = open();
  EXPECT_THAT(error_of([&] { database.query("select cast(:a as text) as a"); }).message(), HasSubstr(":a"));
  EXPECT_EQ(error_of([&] { database.query("select cast(:a as text) as a", {{"a", 1}, {"b", 2}}); }).kind(),
            ErrorKind::kInternal);
}

TEST_P(Statements, a_wrong_statement_is_shown_without_its_values) {
  auto database = open();
  const auto error = error_of([&] { database.query("select * from nowhere where a = :a", {{"a", "secret-value"}}); });
  EXPECT_EQ(error.kind(), ErrorKind::kInternal);
  EXPECT_THAT(error.message(), HasSubstr("nowhere"));
  EXPECT_THAT(error.message(), Not(HasSubstr("secret-value")));
}

TEST_P(Statements, two_statements_at_once_are_refused) {
  auto database = open();
  EXPECT_EQ(error_of([&] { database.query("select 1 as a; select 2 as b"); }).kind(), ErrorKind::kInternal);
  EXPECT_EQ(database.query_one("select 1 as a;\n").integer("a"), 1);
}

TEST_P(Statements, a_value_that_does_not_fit_is_not_repeated) {
  auto database = open();
  if (database.engine() == Engine::kSqlite) {
    EXPECT_NO_THROW(database.query("select 1 as a")) << "SQLite stores any value in any column";
    return;
  }
  database.execute("create table numbers (n bigint)");
  const auto error =
      error_of([&] { database.execute("insert into numbers (n) values (:n)", {{"n", "secret-value"}}); });
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_THAT(error.message(), Not(HasSubstr("secret-value")));
}

TEST_P(Statements, one_row_is_neither_none_nor_two) {
  auto database = open();
  database.execute("create table numbers (n bigint)");
  EXPECT_EQ(error_of([&] { database.query_one("select n from numbers"); }).kind(), ErrorKind::kNotFound);
  EXPECT_FALSE(database.query_optional("select n from numbers"));
  database.execute("insert into numbers (n) values (1), (2)");
  EXPECT_EQ(error_of([&] { database.query_optional("select n from numbers"); }).kind(), ErrorKind::kInternal);
}

TEST_P(Statements, more_rows_than_allowed_are_an_error_not_a_cut_list) {
  auto database = open({.max_rows = 2});
  database.execute("create table numbers (n bigint)");
  database.execute("insert into numbers (n) values (1), (2)");
  EXPECT_EQ(database.query("select n from numbers").size(), 2U);
  database.execute("insert into numbers (n) values (3)");
  EXPECT_EQ(error_of([&] { database.query("select n from numbers"); }).kind(), ErrorKind::kTooLarge);
  EXPECT_EQ(database.execute("delete from numbers"), 3) << "the half-read result holds no lock";
}

TEST_P(Statements, many_different_statements_fit_into_a_small_cache) {
  auto database = open({.connections = 2, .statement_cache = 3});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 10; ++i) {
      const auto row = database.query_one("select " + std::to_string(i) + " as n, cast(:x as text) as x", {{"x", i}});
      EXPECT_EQ(row.integer("n"), i);
    }
  }
}

TEST_P(Statements, a_reused_statement_sees_a_changed_table) {
  auto database = open({.connections = 2});
  database.execute("create table things (a bigint)");
  database.execute("insert into things (a) values (1)");
  EXPECT_EQ(database.query_one("select * from things").columns().size(), 1U);
  database.execute("alter table things add column b text");
  try {
    EXPECT_EQ(database.query_one("select * from things").columns().size(), 2U);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnavailable) << "PostgreSQL refuses the old plan once";
  }
  EXPECT_EQ(database.query_one("select * from things").columns().size(), 2U);
}

TEST(Value, text_with_a_nul_is_refused) {
  EXPECT_EQ(error_of([] { Value(std::string("a\0b", 3)); }).kind(), ErrorKind::kInvalid);
}

TEST(Value, an_unsigned_number_must_fit) {
  EXPECT_EQ(Value(std::uint64_t{5}), Value(5));
  EXPECT_THROW(Value(std::numeric_limits<std::uint64_t>::max()), Error);
}

TEST(Row, asking_for_the_wrong_thing_names_the_column) {
  const Row row(std::make_shared<Row::Columns>(Row::Columns{"name", "count", "empty"}),
                {Value("x"), Value(2), Value()});
  EXPECT_THAT(error_of([&] { row.text("nmae"); }).message(), HasSubstr("'nmae'"));
  EXPECT_THAT(error_of([&] { row.integer("name"); }).message(), HasSubstr("'name'"));
  EXPECT_THAT(error_of([&] { row.text("count"); }).message(), HasSubstr("not text"));
  EXPECT_THAT(error_of([&] { row.integer("empty"); }).message(), HasSubstr("null"));
  EXPECT_THAT(error_of([&] { row.boolean("count"); }).message(), HasSubstr("truth"));
  EXPECT_EQ(error_of([&] { row.uuid("name"); }).kind(), ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace strata::database
