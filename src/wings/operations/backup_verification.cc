#include "strata/wings/operations/backup_verification.h"

#include "strata/base/encoding.h"
#include "strata/describe/json.h"
#include "strata/wings/operations/job_context.h"
#include "strata/wings/operations/reports.h"

namespace strata::wings {

Outcome verify_backup(const OperationParts& parts, const JournalOperation& operation, Job& job) {
  const auto command = describe::parse<wire::VerifyBackupCommand>(operation.payload);
  auto context = job_context(parts, job);
  enter(parts.journal, job, phases::kVerify);
  const auto found =
      parts.disks.get(command.adapter)
          ->verify({.backup = operation.backup.value(), .server = operation.server.value_or(ServerId{})}, context);
  wire::VerificationReport report;
  report.intact = found.intact;
  for (const auto& damage : found.damage) report.damage.push_back(to_readable_utf8(damage));
  report.files = found.files;
  report.bytes = found.bytes;
  report.hashes_compared = found.hashes_compared;
  return completed(operation, std::move(report));
}

}  // namespace strata::wings
