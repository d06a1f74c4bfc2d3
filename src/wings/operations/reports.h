#pragma once

#include <string>
#include <vector>

#include "strata/disks/backup_disk.h"
#include "strata/tree/warnings.h"
#include "strata/wings/operations/outcome.h"
#include "strata/wire/remote_api.h"

namespace strata::wings {

/// Warnings as the Panel takes them: at most 1,000, and at most 512 KiB of text so that a report of long names fits
/// into the journal.
std::vector<wire::PathWarning> wire_warnings(const std::vector<tree::Warning>& warnings);

/// What a disk stored, and what the node has to add to its warnings.
wire::BackupReport backup_report(const disks::Receipt& receipt, const tree::Warnings& of_node);

/// Completed, with the report of the operation's kind; ids and `successful` are filled in.
Outcome completed(const JournalOperation& operation, wire::BackupReport report);
Outcome completed(const JournalOperation& operation, wire::RestoreReport report);
Outcome completed(const JournalOperation& operation, wire::UndoReport report);
Outcome completed(const JournalOperation& operation, wire::DeletionReport report);
Outcome completed(const JournalOperation& operation, wire::VerificationReport report);

/// Failed or cancelled: the report of the operation's kind that says so.
Outcome failed(const JournalOperation& operation, const Error& error, bool cancelled);

}  // namespace strata::wings
