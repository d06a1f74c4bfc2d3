#include "strata/wings/operations/reports.h"

#include "strata/base/encoding.h"
#include "strata/describe/json.h"

namespace strata::wings {
namespace {

constexpr std::size_t kMaxWarnings = 1000;
constexpr std::size_t kMaxWarningBytes = 512 * 1024;
constexpr std::size_t kMaxErrorBytes = 8 * 1024;

std::string words_of(const Error& error) {
  auto text = to_readable_utf8(error.message());
  if (text.size() > kMaxErrorBytes) text = to_readable_utf8(text.substr(0, kMaxErrorBytes));
  return text;
}

boost::json::value failure_report(const JournalOperation& operation, const std::string& words, bool cancelled) {
  switch (operation.kind) {
    case wire::OperationKind::kCreate: {
      wire::BackupReport report;
      report.operation = operation.id;
      report.fence = operation.fence;
      report.error = words;
      report.cancelled = cancelled;
      return describe::to_json(report);
    }
    case wire::OperationKind::kRestore: {
      wire::RestoreReport report;
      report.server_uuid = operation.server;
      report.operation = operation.id;
      report.fence = operation.fence;
      report.error = words;
      report.cancelled = cancelled;
      return describe::to_json(report);
    }
    case wire::OperationKind::kUndo: {
      wire::UndoReport report;
      report.operation = operation.id;
      report.fence = operation.fence;
      report.error = words;
      report.cancelled = cancelled;
      return describe::to_json(report);
    }
    case wire::OperationKind::kDelete:
      return describe::to_json(wire::DeletionReport{.operation = operation.id, .error = words});
    case wire::OperationKind::kVerify: {
      wire::VerificationReport report;
      report.operation = operation.id;
      report.error = words;
      return describe::to_json(report);
    }
  }
  throw Error(ErrorKind::kInternal, "an operation of an unknown kind");
}

}  // namespace

std::vector<wire::PathWarning> wire_warnings(const std::vector<tree::Warning>& warnings) {
  std::vector<wire::PathWarning> all;
  std::size_t bytes = 0;
  for (const auto& warning : warnings) {
    wire::PathWarning next;
    next.path = to_readable_utf8(warning.path);
    if (!is_utf8(warning.path)) next.path_base64 = base64(as_bytes(warning.path));
    next.reason = to_readable_utf8(warning.reason);
    bytes += next.path.size() + next.path_base64.value_or("").size() + next.reason.size();
    if (all.size() >= kMaxWarnings || bytes > kMaxWarningBytes) break;
    all.push_back(std::move(next));
  }
  return all;
}

wire::BackupReport backup_report(const disks::Receipt& receipt, const tree::Warnings& of_node) {
  auto warnings = of_node.kept();
  warnings.insert(warnings.end(), receipt.manifest.warnings.begin(), receipt.manifest.warnings.end());
  wire::BackupReport report;
  report.checksum = receipt.checksum;
  report.checksum_type = receipt.checksum_type;
  report.size = receipt.size;
  report.files = receipt.files;
  report.successful = true;
  report.browsable = receipt.browsable;
  report.streaming = receipt.streaming;
  report.warnings_count = of_node.count() + receipt.manifest.warnings_count;
  report.warnings = wire_warnings(warnings);
  if (!receipt.format.empty()) report.archive_format = receipt.format;
  report.manifest_hash = hex(receipt.manifest.root_hash);
  report.content_bytes = receipt.manifest.content_bytes;
  return report;
}

Outcome completed(const JournalOperation& operation, wire::BackupReport report) {
  report.operation = operation.id;
  report.fence = operation.fence;
  return {.phase = phases::kCompleted, .report = describe::to_json(report), .error = {}};
}

Outcome completed(const JournalOperation& operation, wire::RestoreReport report) {
  report.server_uuid = operation.server;
  report.successful = true;
  report.operation = operation.id;
  report.fence = operation.fence;
  return {.phase = phases::kCompleted, .report = describe::to_json(report), .error = {}};
}

Outcome completed(const JournalOperation& operation, wire::UndoReport report) {
  report.successful = true;
  report.operation = operation.id;
  report.fence = operation.fence;
  return {.phase = phases::kCompleted, .report = describe::to_json(report), .error = {}};
}

Outcome completed(const JournalOperation& operation, wire::DeletionReport report) {
  report.successful = true;
  report.operation = operation.id;
  return {.phase = phases::kCompleted, .report = describe::to_json(report), .error = {}};
}

Outcome completed(const JournalOperation& operation, wire::VerificationReport report) {
  report.operation = operation.id;
  return {.phase = phases::kCompleted, .report = describe::to_json(report), .error = {}};
}

Outcome failed(const JournalOperation& operation, const Error& error, bool cancelled) {
  return {.phase = cancelled ? phases::kCancelled : phases::kFailed,
          .report = failure_report(operation, words_of(error), cancelled),
          .error = error};
}

}  // namespace strata::wings
