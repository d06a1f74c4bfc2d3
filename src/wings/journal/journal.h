#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/disks/backup_disk.h"
#include "strata/wire/node_api.h"

namespace strata::wings {

/// Phases that more than one place must agree on; between `queued` and an end an operation may name others
/// (wire::OperationStatus).
namespace phases {
inline constexpr std::string_view kQueued = "queued";
inline constexpr std::string_view kSurvey = "survey";
inline constexpr std::string_view kStore = "store";
inline constexpr std::string_view kStage = "stage";
inline constexpr std::string_view kVerify = "verify";
inline constexpr std::string_view kStop = "stop";
inline constexpr std::string_view kSwap = "swap";
inline constexpr std::string_view kFinish = "finish";
inline constexpr std::string_view kCompleted = "completed";
inline constexpr std::string_view kFailed = "failed";
inline constexpr std::string_view kCancelled = "cancelled";
}  // namespace phases

/// Where the result of an operation stands on its way to the Panel.
enum class Delivery {
  kNone,          ///< not finished
  kPending,       ///< to be sent, for ever
  kAcknowledged,  ///< the Panel has it
  kUnclaimed,     ///< the Panel does not know the backup (404, 410): kept 30 days
  kRefused,       ///< the Panel has another result (409): kept 30 days, somebody must look
};

/// A command as it arrived.
struct NewOperation {
  OperationId id;
  wire::OperationKind kind = wire::OperationKind::kCreate;
  std::optional<BackupId> backup;
  std::optional<ServerId> server;
  std::uint64_t fence = 0;     ///< 0: the sender has none (a reference Panel)
  boost::json::value payload;  ///< the command, enough to run it after a restart; at most 2 MiB as text
};

struct JournalOperation : NewOperation {
  std::string phase;
  boost::json::value notes;   ///< what the operation must remember for its recovery; null at first
  boost::json::value report;  ///< body for the Panel; null until finished
  Delivery delivery = Delivery::kNone;
  BootId boot;  ///< start of the daemon that accepted it
  Timestamp created;
  Timestamp updated;

  bool finished() const { return delivery != Delivery::kNone; }
};

/// The node's durable memory (reliability 3.10): every operation with its phase and result, the highest fence of every
/// backup, tombstones of deleted ones, and used single-use tokens. SQLite with synchronous=FULL: what a method wrote is
/// on disk when it returns. Any thread.
///
/// Limits: 10,000 unfinished operations, 100,000 used tokens (kUnavailable beyond); payload 2 MiB, report 1 MiB
/// (kTooLarge). Finished and acknowledged operations are kept 7 days, so that a late repetition of a command gets its
/// answer; unclaimed and refused results 30 days; tombstones and fences 90 days.
class Journal final : public disks::Ledger {
 public:
  /// Brings the schema up to date. `database` and `clock` must outlive this.
  Journal(database::Database& database, const Clock& clock, BootId boot);

  struct Acceptance {
    bool is_new = false;
    JournalOperation operation;  ///< as stored: for a repetition, with its phase and report
  };

  /// Durable before anybody is told. The same id again gives the stored state and changes nothing (kConflict when it
  /// names another kind, backup or server). kConflict for a fence below the highest seen of this backup, for a create
  /// whose fence is not above the tombstone's, and for a create or restore while a delete of the backup is unfinished.
  Acceptance accept(const NewOperation& operation);

  void set_phase(OperationId id, std::string_view phase);
  void set_notes(OperationId id, const boost::json::value& notes);

  /// The end: phase is kCompleted, kFailed or kCancelled; the report is durable before its first sending. With
  /// `acknowledged` the Panel has it by another way already. kConflict when it has ended before.
  void finish(OperationId id, std::string_view phase, const boost::json::value& report, bool acknowledged = false);

  void set_delivery(OperationId id, Delivery delivery);

  std::optional<JournalOperation> find(OperationId id) const;
  /// In order of acceptance.
  std::vector<JournalOperation> unfinished() const;
  /// The oldest pending result of each backup (of each server, where there is no backup), oldest first: results of one
  /// backup go out in order.
  std::vector<JournalOperation> pending_reports(std::size_t limit) const;
  std::vector<JournalOperation> with_delivery(Delivery delivery, std::size_t limit) const;

  /// From now on creates of this backup need a fence above `fence`.
  void add_tombstone(BackupId backup, std::uint64_t fence);

  /// True the first time an id is seen. `expires`: when it may be forgotten.
  bool use_token(std::string_view token_id, Timestamp expires);

  /// Forgets what is past its time, in batches of at most 500 rows. Returns how many rows went.
  std::size_t clean_up();

  /// Ledger: true for an unfinished create that this very start of the daemon accepted or took up again.
  bool is_running(BackupId backup) const override;

  /// Takes an operation of an earlier start up again: it is of this boot from now on, its phase stays.
  void take_up(OperationId id);

  BootId boot() const { return boot_; }

 private:
  database::Database& database_;
  const Clock& clock_;
  BootId boot_;
};

}  // namespace strata::wings
