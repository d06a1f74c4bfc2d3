#include "strata/wings/operations/backup_deletion.h"

#include "strata/describe/json.h"
#include "strata/wings/operations/job_context.h"
#include "strata/wings/operations/reports.h"

namespace strata::wings {

Outcome delete_backup(const OperationParts& parts, const JournalOperation& operation, Job& job) {
  const auto command = describe::parse<wire::DeleteBackupCommand>(operation.payload);
  auto context = job_context(parts, job);
  enter(parts.journal, job, phases::kFinish);
  parts.disks.get(command.adapter)
      ->remove({.backup = operation.backup.value(), .server = operation.server.value_or(ServerId{})}, context);
  return completed(operation, wire::DeletionReport{});
}

}  // namespace strata::wings
