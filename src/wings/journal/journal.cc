#include "strata/wings/journal/journal.h"

#include <array>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/base/units.h"
#include "strata/database/transaction.h"
#include "strata/describe/enumeration.h"
#include "strata/wings/journal/schema.h"

namespace strata::wings {
namespace {

namespace json = boost::json;
using database::Connection;
using wire::OperationKind;

constexpr std::int64_t kMaxUnfinished = 10'000;
constexpr std::int64_t kMaxTokens = 100'000;
constexpr Bytes kMaxPayload = 2_MiB;
constexpr Bytes kMaxReport = 1_MiB;
constexpr std::int64_t kBatch = 500;
constexpr auto kKeepAcknowledged = std::chrono::hours(24 * 7);
constexpr auto kKeepUnclaimed = std::chrono::hours(24 * 30);
constexpr auto kKeepTombstone = std::chrono::hours(24 * 90);

constexpr std::array<std::pair<Delivery, std::string_view>, 5> kDeliveryNames{
    {{Delivery::kNone, "none"},
     {Delivery::kPending, "pending"},
     {Delivery::kAcknowledged, "acknowledged"},
     {Delivery::kUnclaimed, "unclaimed"},
     {Delivery::kRefused, "refused"}}};

std::string_view name_of(Delivery delivery) {
  for (const auto& [value, name] : kDeliveryNames) {
    if (value == delivery) return name;
  }
  throw Error(ErrorKind::kInternal, "a delivery without a name");
}

Delivery delivery_of(std::string_view name) {
  for (const auto& [value, known] : kDeliveryNames) {
    if (known == name) return value;
  }
  throw Error(ErrorKind::kCorrupt, fmt::format("the journal names an unknown delivery '{}'", name));
}

std::string text_of(const json::value& value, Bytes limit, std::string_view what) {
  auto text = json::serialize(value);
  if (text.size() > limit) {
    throw Error(ErrorKind::kTooLarge, fmt::format("{} is larger than {}", what, human_bytes(limit)));
  }
  return text;
}

json::value value_of(const std::string& text) {
  boost::system::error_code failure;
  auto value = json::parse(text, failure);
  if (failure) throw Error(ErrorKind::kCorrupt, "the journal holds a text that is not JSON");
  return value;
}

JournalOperation operation_of(const database::Row& row) {
  const auto kind = describe::enum_of<OperationKind>(row.text("kind"));
  if (!kind) throw Error(ErrorKind::kCorrupt, "the journal names an unknown kind of operation");
  JournalOperation operation;
  operation.id = row.id<OperationId>("id");
  operation.kind = *kind;
  operation.backup = row.optional_id<BackupId>("backup");
  operation.server = row.optional_id<ServerId>("server");
  operation.fence = static_cast<std::uint64_t>(row.integer("fence"));
  operation.payload = value_of(row.text("payload"));
  operation.phase = row.text("phase");
  operation.notes = value_of(row.text("notes"));
  operation.report = value_of(row.text("report"));
  operation.delivery = delivery_of(row.text("delivery"));
  operation.boot = row.id<BootId>("boot");
  operation.created = row.time("created");
  operation.updated = row.time("updated");
  return operation;
}

std::vector<JournalOperation> operations_of(const database::Rows& rows) {
  std::vector<JournalOperation> operations;
  operations.reserve(rows.size());
  for (const auto& row : rows) operations.push_back(operation_of(row));
  return operations;
}

/// A repetition must be the same command: an id that comes back for something else is a defect of the sender.
void require_same(const NewOperation& wanted, const JournalOperation& stored) {
  if (wanted.kind == stored.kind && wanted.backup == stored.backup && wanted.server == stored.server) return;
  throw Error(ErrorKind::kConflict,
              fmt::format("operation {} was another command before: an idempotency key is good for one command",
                          stored.id.text()));
}

void require_room(Connection& connection) {
  const auto unfinished =
      connection.query_one("select count(*) as total from operations where delivery = 'none'").integer("total");
  if (unfinished >= kMaxUnfinished) {
    throw Error(ErrorKind::kUnavailable, fmt::format("{} operations are waiting: try again later", unfinished));
  }
}

void require_fence(Connection& connection, const NewOperation& operation, Timestamp now) {
  const auto backup = *operation.backup;
  const auto highest =
      connection.query_optional("select fence from fences where backup = :backup", {{"backup", backup}});
  if (highest && operation.fence != 0 && std::cmp_less(operation.fence, highest->integer("fence"))) {
    throw Error(ErrorKind::kConflict,
                fmt::format("a newer command (fence {}) for this backup was taken before", highest->integer("fence")));
  }
  if (operation.kind != OperationKind::kCreate) return;
  const auto grave = connection.query_optional("select fence from tombstones where backup = :backup and until > :now",
                                               {{"backup", backup}, {"now", now}});
  if (grave && std::cmp_less_equal(operation.fence, grave->integer("fence"))) {
    throw Error(ErrorKind::kConflict, "the backup was deleted after this command was sent");
  }
}

void require_free_backup(Connection& connection, const NewOperation& operation) {
  const auto unfinished = connection.query("select kind from operations where backup = :backup and delivery = 'none'",
                                           {{"backup", *operation.backup}});
  for (const auto& row : unfinished) {
    const auto& kind = row.text("kind");
    if (kind == "delete" && operation.kind != OperationKind::kDelete) {
      throw Error(ErrorKind::kConflict, "backup is being deleted");
    }
    if (kind == "create" && operation.kind == OperationKind::kCreate) {
      throw Error(ErrorKind::kConflict, "backup already exists");
    }
  }
}

void raise_fence(Connection& connection, BackupId backup, std::uint64_t fence, Timestamp now) {
  connection.execute(
      "insert into fences (backup, fence, updated) values (:backup, :fence, :now) "
      "on conflict (backup) do update set updated = excluded.updated, "
      "fence = case when excluded.fence > fences.fence then excluded.fence else fences.fence end",
      {{"backup", backup}, {"fence", fence}, {"now", now}});
}

void bury(Connection& connection, BackupId backup, std::uint64_t fence, Timestamp now) {
  connection.execute(
      "insert into tombstones (backup, fence, until) values (:backup, :fence, :until) "
      "on conflict (backup) do update set until = excluded.until, "
      "fence = case when excluded.fence > tombstones.fence then excluded.fence else tombstones.fence end",
      {{"backup", backup}, {"fence", fence}, {"until", Timestamp(now + kKeepTombstone)}});
}

std::optional<JournalOperation> find_in(Connection& connection, OperationId id) {
  const auto row = connection.query_optional("select * from operations where id = :id", {{"id", id}});
  if (!row) return std::nullopt;
  return operation_of(*row);
}

}  // namespace

Journal::Journal(database::Database& database, const Clock& clock, BootId boot)
    : database_(database), clock_(clock), boot_(boot) {
  prepare_node_state(database_);
}

Journal::Acceptance Journal::accept(const NewOperation& operation) {
  const auto payload = text_of(operation.payload, kMaxPayload, "the command");
  const auto now = clock_.now();
  return database::with_transaction(database_, [&](Connection& connection) -> Acceptance {
    if (auto stored = find_in(connection, operation.id)) {
      require_same(operation, *stored);
      return {.is_new = false, .operation = std::move(*stored)};
    }
    require_room(connection);
    if (operation.backup) {
      require_fence(connection, operation, now);
      require_free_backup(connection, operation);
      raise_fence(connection, *operation.backup, operation.fence, now);
      if (operation.kind == OperationKind::kDelete) bury(connection, *operation.backup, operation.fence, now);
    }
    connection.execute(
        "insert into operations (id, sequence, kind, backup, server, fence, phase, payload, notes, report, delivery, "
        "boot, created, updated) select :id, coalesce(max(sequence), 0) + 1, :kind, :backup, :server, :fence, :phase, "
        ":payload, 'null', 'null', 'none', :boot, :now, :now from operations",
        {{"id", operation.id},
         {"kind", describe::text_of(operation.kind)},
         {"backup", operation.backup},
         {"server", operation.server},
         {"fence", operation.fence},
         {"phase", phases::kQueued},
         {"payload", payload},
         {"boot", boot_},
         {"now", now}});
    return {.is_new = true, .operation = *find_in(connection, operation.id)};
  });
}

void Journal::set_phase(OperationId id, std::string_view phase) {
  database_.execute("update operations set phase = :phase, updated = :now where id = :id and delivery = 'none'",
                    {{"phase", phase}, {"now", clock_.now()}, {"id", id}});
}

void Journal::set_notes(OperationId id, const json::value& notes) {
  database_.execute(
      "update operations set notes = :notes, updated = :now where id = :id",
      {{"notes", text_of(notes, kMaxReport, "the notes of an operation")}, {"now", clock_.now()}, {"id", id}});
}

void Journal::finish(OperationId id, std::string_view phase, const json::value& report, bool acknowledged) {
  const auto changed = database_.execute(
      "update operations set phase = :phase, report = :report, delivery = :delivery, updated = :now "
      "where id = :id and delivery = 'none'",
      {{"phase", phase},
       {"report", text_of(report, kMaxReport, "the report of an operation")},
       {"delivery", name_of(acknowledged ? Delivery::kAcknowledged : Delivery::kPending)},
       {"now", clock_.now()},
       {"id", id}});
  if (changed == 0) {
    throw Error(ErrorKind::kConflict, fmt::format("operation {} is unknown or has ended before", id.text()));
  }
}

void Journal::set_delivery(OperationId id, Delivery delivery) {
  database_.execute("update operations set delivery = :delivery, updated = :now where id = :id and delivery <> 'none'",
                    {{"delivery", name_of(delivery)}, {"now", clock_.now()}, {"id", id}});
}

std::optional<JournalOperation> Journal::find(OperationId id) const {
  auto connection = database_.reader();
  return find_in(connection, id);
}

std::vector<JournalOperation> Journal::unfinished() const {
  return operations_of(database_.query("select * from operations where delivery = 'none' order by sequence"));
}

std::vector<JournalOperation> Journal::pending_reports(std::size_t limit) const {
  return operations_of(database_.query(
      "select * from operations o where delivery = 'pending' and not exists (select 1 from operations e "
      "where e.delivery = 'pending' and e.sequence < o.sequence and (e.backup = o.backup or "
      "(e.backup is null and o.backup is null and e.server = o.server))) order by sequence limit :limit",
      {{"limit", limit}}));
}

std::vector<JournalOperation> Journal::with_delivery(Delivery delivery, std::size_t limit) const {
  return operations_of(
      database_.query("select * from operations where delivery = :delivery order by sequence limit :limit",
                      {{"delivery", name_of(delivery)}, {"limit", limit}}));
}

void Journal::add_tombstone(BackupId backup, std::uint64_t fence) {
  const auto now = clock_.now();
  database::run_in_transaction(database_, [&](Connection& connection) {
    raise_fence(connection, backup, fence, now);
    bury(connection, backup, fence, now);
  });
}

bool Journal::use_token(std::string_view token_id, Timestamp expires) {
  return database::with_transaction(database_, [&](Connection& connection) {
    const auto kept = connection.query_one("select count(*) as total from used_tokens").integer("total");
    if (kept >= kMaxTokens) throw Error(ErrorKind::kUnavailable, "too many links were used lately: try again later");
    return connection.execute(
               "insert into used_tokens (id, expires) values (:id, :expires) on conflict (id) do nothing",
               {{"id", token_id}, {"expires", expires}}) == 1;
  });
}

std::size_t Journal::clean_up() {
  const auto now = clock_.now();
  std::size_t removed = 0;
  const auto sweep = [&](std::string_view sql, Timestamp before) {
    std::int64_t rows = 0;
    do {
      rows = database_.execute(sql, {{"before", before}, {"batch", kBatch}});
      removed += static_cast<std::size_t>(rows);
    } while (rows == kBatch);
  };
  sweep(
      "delete from operations where id in (select id from operations where delivery = 'acknowledged' and "
      "updated < :before limit :batch)",
      Timestamp(now - kKeepAcknowledged));
  sweep(
      "delete from operations where id in (select id from operations where delivery in ('unclaimed', 'refused') and "
      "updated < :before limit :batch)",
      Timestamp(now - kKeepUnclaimed));
  sweep("delete from tombstones where backup in (select backup from tombstones where until < :before limit :batch)",
        now);
  sweep("delete from fences where backup in (select backup from fences where updated < :before limit :batch)",
        Timestamp(now - kKeepTombstone));
  sweep("delete from used_tokens where id in (select id from used_tokens where expires < :before limit :batch)", now);
  return removed;
}

bool Journal::is_running(BackupId backup) const {
  return database_
      .query_optional(
          "select 1 as found from operations where backup = :backup and kind = 'create' and "
          "delivery = 'none' and boot = :boot limit 1",
          {{"backup", backup}, {"boot", boot_}})
      .has_value();
}

void Journal::take_up(OperationId id) {
  database_.execute("update operations set boot = :boot, updated = :now where id = :id and delivery = 'none'",
                    {{"boot", boot_}, {"now", clock_.now()}, {"id", id}});
}

}  // namespace strata::wings
