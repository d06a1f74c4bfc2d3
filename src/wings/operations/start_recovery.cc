#include "strata/wings/operations/start_recovery.h"

#include "strata/describe/enumeration.h"
#include "strata/tree/swap.h"

namespace strata::wings {
namespace {

constexpr std::size_t kMaxReported = 10'000;
/// Phase of an operation that is over here and whose result is on its way.
constexpr std::string_view kReportedLater = "reported_later";

void recover_live_tree(const OperationParts& parts, const wire::RemoteServerSettings& server) {
  tree::Warnings warnings;
  const auto recovered = tree::recover_swaps(parts.volumes.live_root(server), parts.privileged, warnings);
  for (const auto& swap : recovered) {
    parts.log.info(
        swap.completed ? "an interrupted exchange of files was finished"
                       : "an interrupted exchange of files was taken back",
        {{"server", server.uuid.text()}, {"operation", swap.operation.text()}, {"undo", swap.was_undo ? "yes" : "no"}});
  }
  for (const auto& warning : warnings.kept()) {
    parts.log.warning("while files were recovered: " + warning.reason,
                      {{"server", server.uuid.text()}, {"path", warning.path}});
  }
}

wire::ResetOperation reset_operation(const JournalOperation& operation, std::string_view phase) {
  return {.operation = operation.id,
          .kind = operation.kind,
          .backup = operation.backup,
          .server = operation.server,
          .fence = operation.fence,
          .phase = std::string(phase)};
}

}  // namespace

void recover_live_trees(const OperationParts& parts) {
  for (const auto& server : parts.servers.list()) {
    try {
      recover_live_tree(parts, *server);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::kNotFound) continue;  // no files, nothing to recover
      parts.log.error("the files of a server could not be recovered: look at them before it is started",
                      {{"server", server->uuid.text()}, {"reason", error.message()}});
    }
  }
}

void recover_disks(const OperationParts& parts) {
  for (const auto& [name, disk] : parts.disks.all()) {
    try {
      const auto report = disk->recover(parts.journal);
      if (report.temporaries_removed > 0) {
        parts.log.info("remains of interrupted backups were removed",
                       {{"disk", name}, {"count", std::to_string(report.temporaries_removed)}});
      }
      for (const auto& what : report.set_aside) parts.log.warning("set aside: " + what, {{"disk", name}});
    } catch (const Error& error) {
      parts.log.error("a disk could not be recovered", {{"disk", name}, {"reason", error.message()}});
    }
  }
}

void take_up_unfinished(Operations& operations) {
  const auto& parts = operations.parts();
  for (const auto& operation : parts.journal.unfinished()) {
    if (operation.boot == parts.journal.boot()) continue;
    parts.log.info("an operation of an earlier start is taken up",
                   {{"operation", operation.id.text()},
                    {"kind", std::string(describe::text_of(operation.kind))},
                    {"phase", operation.phase}});
    operations.resume(operation);
  }
}

std::vector<wire::ResetOperation> reset_operations(const Journal& journal) {
  std::vector<wire::ResetOperation> all;
  for (const auto& operation : journal.unfinished()) all.push_back(reset_operation(operation, operation.phase));
  for (const auto& operation : journal.with_delivery(Delivery::kPending, kMaxReported)) {
    all.push_back(reset_operation(operation, kReportedLater));
  }
  return all;
}

}  // namespace strata::wings
