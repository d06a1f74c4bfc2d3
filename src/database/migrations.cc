#include "strata/database/migrations.h"

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/base/time.h"
#include "strata/database/transaction.h"

namespace strata::database {
namespace {

/// FNV-1a, 64 bits: tells an edited step from the one that was applied. Not a protection against intent.
std::string checksum(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
  return fmt::format("{:016x}", hash);
}

void require_numbers_without_gaps(std::span<const Migration> steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].number != static_cast<int>(i) + 1) {
      throw Error(ErrorKind::kInternal, fmt::format("the migration '{}' is not number {}", steps[i].name, i + 1));
    }
  }
}

/// One process at a time: SQLite's write transaction does that by itself. A migration may take as long as it needs.
void lock(Connection& connection) {
  if (connection.engine() != Engine::kPostgresql) return;
  constexpr std::int64_t kLockNumber = 0x737472617461;  // "strata"
  connection.execute_script(fmt::format(
      "set local lock_timeout = 0; set local statement_timeout = 0; select pg_advisory_xact_lock({})", kLockNumber));
}

void create_table(Connection& connection) {
  connection.execute(
      "create table if not exists strata_migrations (number integer primary key, name text not null, "
      "checksum text not null, applied bigint not null)");
}

/// The number of the last applied step, after all applied ones were found to be ours.
int check_applied(Connection& connection, std::span<const Migration> steps) {
  const Rows rows = connection.query("select number, name, checksum from strata_migrations order by number");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto number = rows[i].integer("number");
    if (i >= steps.size()) {
      throw Error(
          ErrorKind::kRefused,
          fmt::format("the database was used by a newer version of Strata (it has migration {} '{}', this version "
                      "ends at {}): install that version, or restore the database from before the upgrade",
                      number, rows[i].text("name"), steps.size()));
    }
    if (number != steps[i].number || rows[i].text("checksum") != checksum(steps[i].sql)) {
      throw Error(ErrorKind::kRefused,
                  fmt::format("migration {} '{}' in the database differs from '{}' of this program: they do not belong "
                              "together, install the version of Strata that made this database",
                              number, rows[i].text("name"), steps[i].name));
    }
  }
  return static_cast<int>(rows.size());
}

}  // namespace

std::vector<int> migrate(Database& database, std::span<const Migration> steps) {
  require_numbers_without_gaps(steps);
  std::vector<int> applied;
  for (bool done = false; !done;) {
    Transaction transaction(database);
    Connection& connection = transaction.connection();
    lock(connection);
    create_table(connection);
    const auto next = static_cast<std::size_t>(check_applied(connection, steps));
    done = next == steps.size();
    if (!done) {
      const Migration& step = steps[next];
      try {
        connection.execute_script(step.sql);
      } catch (const Error& error) {
        throw error.with_context(fmt::format("migration {} '{}'", step.number, step.name));
      }
      connection.execute(
          "insert into strata_migrations (number, name, checksum, applied) values (:number, :name, :sum, :now)",
          {{"number", step.number}, {"name", step.name}, {"sum", checksum(step.sql)}, {"now", SystemClock().now()}});
      applied.push_back(step.number);
    }
    transaction.commit();
  }
  return applied;
}

int schema_version(Database& database) {
  const char* sql =
      database.engine() == Engine::kSqlite
          ? "select count(*) as tables from sqlite_master where type = 'table' and name = 'strata_migrations'"
          : "select count(*) as tables from pg_tables where schemaname = current_schema() and tablename = "
            "'strata_migrations'";
  if (database.query_one(sql).integer("tables") == 0) return 0;
  return static_cast<int>(
      database.query_one("select coalesce(max(number), 0) as number from strata_migrations").integer("number"));
}

}  // namespace strata::database
