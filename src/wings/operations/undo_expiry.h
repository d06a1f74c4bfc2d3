#pragma once

#include <stop_token>

#include "strata/wings/operations/operation_parts.h"

namespace strata::wings {

/// Removes undo areas past their time from all servers that no operation holds, and frees the space of what was set
/// aside before. An area that a process still uses stays until the next round. May take long; one thread. What fails is
/// logged.
void expire_undos(const OperationParts& parts, const std::stop_token& stop);

}  // namespace strata::wings
