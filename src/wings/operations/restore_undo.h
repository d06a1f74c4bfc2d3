#pragma once

#include <optional>

#include "strata/tree/undo.h"
#include "strata/wings/operations/operation_parts.h"
#include "strata/wings/operations/outcome.h"

namespace strata::wings {

/// The undo that a command means: of the restore it names, or the newest. kNotFound when there is none or it expired.
tree::Undo choose_undo(const OperationParts& parts, const wire::RemoteServerSettings& server,
                       std::optional<OperationId> restore);

/// Refuses at once what cannot work; answers the payload of the operation, which names the restore to undo.
boost::json::value check_undo(const OperationParts& parts, const wire::RemoteServerSettings& server,
                              const wire::UndoRestoreCommand& command);

/// Puts the tree back that a restore took out of use; what is live becomes the new undo. On an Error the live tree is
/// as before.
Outcome undo_restore(const OperationParts& parts, const JournalOperation& operation, Job& job);

/// After a restart in the middle of an undo, as settle_restore().
Outcome settle_undo(const OperationParts& parts, const JournalOperation& operation, Job& job);

}  // namespace strata::wings
