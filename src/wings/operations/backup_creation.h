#pragma once

#include "strata/wings/operations/operation_parts.h"
#include "strata/wings/operations/outcome.h"

namespace strata::wings {

/// Makes a backup: rules and totals (survey), `before_backup` hook, the disk's work (store), `after_backup` hook
/// whatever happened, and with `verify_after_write` a look at what was stored. Errors: what made it fail; then nothing
/// of the backup is left.
Outcome create_backup(const OperationParts& parts, const JournalOperation& operation, Job& job);

/// After a restart in the middle of a creation: the backup is whole (then this is what create_backup() would have
/// answered) or it is not there (kUnavailable).
Outcome settle_creation(const OperationParts& parts, const JournalOperation& operation, Job& job);

}  // namespace strata::wings
