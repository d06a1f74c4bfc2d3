#pragma once

#include <vector>

#include "strata/wings/operations/operations.h"
#include "strata/wire/remote_api.h"

namespace strata::wings {

/// What a start does before anything else touches servers or backups (spec/reliability 3.12). One thread. What cannot
/// be recovered is logged and does not keep the node from starting: the operation it belongs to then fails with the
/// reason.

/// Interrupted exchanges of files are finished or taken back: every live tree is all old or all new.
void recover_live_trees(const OperationParts& parts);

/// Temporaries of dead operations go, what is whole stays.
void recover_disks(const OperationParts& parts);

/// Unfinished operations of earlier starts are queued: those that had not begun run now, a deletion is done again, for
/// the others the truth is found out and reported.
void take_up_unfinished(Operations& operations);

/// What the Panel is told at servers/reset: operations that go on, and those whose result will come.
std::vector<wire::ResetOperation> reset_operations(const Journal& journal);

}  // namespace strata::wings
