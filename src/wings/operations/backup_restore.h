#pragma once

#include "strata/wings/operations/operation_parts.h"
#include "strata/wings/operations/outcome.h"

namespace strata::wings {

/// Refuses at once what cannot work: a backup that is absent or unreadable, too little space, a server whose files
/// somebody uses whom we cannot stop. Nothing is changed.
void check_restore(const OperationParts& parts, const wire::RemoteServerSettings& server, BackupId backup,
                   const wire::RestoreBackupCommand& command);

/// Puts a backup back (design 3, Restore): the tree is built beside the live one and compared with what the backup
/// recorded (stage, verify), then exchanged (stop, swap, finish). On an Error the live tree is as before.
Outcome restore_backup(const OperationParts& parts, const JournalOperation& operation, Job& job);

/// After a restart in the middle of a restore, when the swaps of the root were recovered: says which tree is live, and
/// starts the server if the restore had stopped it.
Outcome settle_restore(const OperationParts& parts, const JournalOperation& operation, Job& job);

}  // namespace strata::wings
