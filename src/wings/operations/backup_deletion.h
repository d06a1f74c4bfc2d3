#pragma once

#include "strata/wings/operations/operation_parts.h"
#include "strata/wings/operations/outcome.h"

namespace strata::wings {

/// Removes a backup from its disk. Absent is success, so an interrupted deletion is simply done again.
Outcome delete_backup(const OperationParts& parts, const JournalOperation& operation, Job& job);

}  // namespace strata::wings
