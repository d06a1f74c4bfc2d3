#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/cli/lookup.h"
#include "strata/cli/verbs.h"
#include "strata/cli/watch.h"
#include "strata/wire/backups.h"

namespace strata::cli {
namespace {

struct RestoreOptions {
  std::string server;
  std::string backup;
  bool merge = false;
  bool discard_ignored = false;
  bool force = false;
  bool no_wait = false;
};

const std::vector<Field>& restore_fields() {
  static const std::vector<Field> fields{{"State", "state"},
                                         {"Backup", "backup"},
                                         {"Warnings", "warnings_count"},
                                         {"Undo until", "undo_until", Field::Kind::kTime}};
  return fields;
}

void report(Context& context, const std::string& server, bool no_wait) {
  if (no_wait) {
    context.output.line("accepted");
    return;
  }
  const auto status = watch_restore(context, server);
  context.output.object(status, restore_fields());
  if (!context.output.json()) print_warnings(context.output, status);
}

}  // namespace

void add_restore_verbs(CLI::App& backup, Context& context) {
  auto options = std::make_shared<RestoreOptions>();
  CLI::App& restore =
      *backup.add_subcommand("restore",
                             "Put a server's files back: the backup is read and checked beside the live files first, "
                             "then the server is stopped, the trees are "
                             "swapped and it is started again. What was there stays as undo for a day.");
  restore.add_option("SERVER", options->server, "name or uuid")->required();
  restore.add_option("BACKUP", options->backup, "uuid, start of one, name, or 'latest'")->required();
  restore.add_flag("--merge", options->merge, "keep files that the backup does not have");
  restore.add_flag("--discard-ignored", options->discard_ignored,
                   "also drop live files that the backup's ignore rules left out");
  restore.add_flag("--force", options->force, "although a process has files of the server open");
  restore.add_flag("--no-wait", options->no_wait, "return as soon as the node has accepted it");
  restore.callback([&context, options] {
    const auto server = find_server(context.api(), options->server);
    const auto id = find_backup(context.api(), server, options->backup);
    const wire::RestoreBackup body{
        .truncate_directory = !options->merge, .keep_ignored = !options->discard_ignored, .force = options->force};
    context.api().post_described(fmt::format("/api/client/servers/{}/backups/{}/restore", server, id), body);
    report(context, server, options->no_wait);
  });

  auto undone = std::make_shared<RestoreOptions>();
  CLI::App& undo =
      *backup.add_subcommand("undo", "Put back what the last restore replaced (an undo can be undone too)");
  undo.add_option("SERVER", undone->server, "name or uuid")->required();
  undo.add_flag("--force", undone->force, "although a process has files of the server open");
  undo.add_flag("--no-wait", undone->no_wait, "return as soon as the node has accepted it");
  undo.callback([&context, undone] {
    const auto server = find_server(context.api(), undone->server);
    context.api().post_described(fmt::format("/api/client/servers/{}/backups/undo-restore", server),
                                 wire::UndoRestore{.force = undone->force});
    report(context, server, undone->no_wait);
  });

  auto unlocked = std::make_shared<std::string>();
  CLI::App& unlock =
      *backup.add_subcommand("unlock", "After a failed restore: use the server again, with its files as they were");
  unlock.add_option("SERVER", *unlocked, "name or uuid")->required();
  unlock.callback([&context, unlocked] {
    context.api().post(fmt::format("/api/client/servers/{}/backups/unlock", find_server(context.api(), *unlocked)));
    context.output.line("unlocked");
  });
}

}  // namespace strata::cli
