#pragma once

#include "strata/wings/operations/operation_parts.h"
#include "strata/wings/operations/outcome.h"

namespace strata::wings {

/// Reads a backup and compares it with what was recorded. Damage is a completed verification that found it; an Error
/// means that nothing could be said.
Outcome verify_backup(const OperationParts& parts, const JournalOperation& operation, Job& job);

}  // namespace strata::wings
