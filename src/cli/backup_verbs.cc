#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/cli/download.h"
#include "strata/cli/lookup.h"
#include "strata/cli/verbs.h"
#include "strata/cli/watch.h"
#include "strata/wire/backups.h"

namespace strata::cli {
namespace {

const std::vector<Field>& backup_fields() {
  static const std::vector<Field> fields{{"Name", "name"},
                                         {"Uuid", "uuid"},
                                         {"State", "state"},
                                         {"Error", "error"},
                                         {"Disk", "disk"},
                                         {"Format", "archive_format"},
                                         {"Stored", "bytes", Field::Kind::kBytes},
                                         {"Content", "content_bytes", Field::Kind::kBytes},
                                         {"Files", "files"},
                                         {"Checksum", "checksum"},
                                         {"Warnings", "warnings_count"},
                                         {"Verified", "verified.time", Field::Kind::kTime},
                                         {"Intact", "verified.intact"},
                                         {"Ignored", "ignored_files"},
                                         {"Created", "created", Field::Kind::kTime},
                                         {"Completed", "completed", Field::Kind::kTime}};
  return fields;
}

struct CreateOptions {
  std::string server;
  std::optional<std::string> name;
  std::vector<std::string> ignore;
  std::optional<std::string> ignore_file;
  bool no_wait = false;
};

struct BackupOptions {
  std::string server;
  std::string backup;
  std::string output;
};

void add_create(CLI::App& backup, Context& context) {
  auto options = std::make_shared<CreateOptions>();
  CLI::App& verb = *backup.add_subcommand("create", "Back up a server and wait until it is done");
  verb.add_option("SERVER", options->server, "name or uuid")->required();
  verb.add_option("--name", options->name, "1 to 255 characters; default: the local time");
  verb.add_option("--ignore", options->ignore, "leave out what matches this rule, as in .gitignore; may be repeated")
      ->allow_extra_args(false);
  verb.add_option("--ignore-file", options->ignore_file, "a local file of such rules, one a line");
  verb.add_flag("--no-wait", options->no_wait, "return as soon as the node has accepted it");
  verb.callback([&context, options] {
    wire::CreateBackup body{.name = options->name, .ignored_files = options->ignore};
    if (options->ignore_file) {
      std::ifstream file(*options->ignore_file);
      if (!file) throw Error(ErrorKind::kNotFound, fmt::format("cannot read '{}'", *options->ignore_file));
      for (std::string line; std::getline(file, line);) body.ignored_files.push_back(line);
    }
    const auto server = find_server(context.api(), options->server);
    const auto answer = context.api().post_described(fmt::format("/api/client/servers/{}/backups", server), body);
    boost::json::value made = answer.as_object().at("backup");
    if (!options->no_wait) made = watch_backup(context, server, std::string(made.as_object().at("uuid").as_string()));
    context.output.object(made, backup_fields());
    if (!context.output.json()) print_warnings(context.output, made);
  });
}

void add_reading_verbs(CLI::App& backup, Context& context) {
  auto listed = std::make_shared<std::string>();
  CLI::App& list = *backup.add_subcommand("list", "The backups of a server, oldest first");
  list.add_option("SERVER", *listed, "name or uuid")->required();
  list.callback([&context, listed] {
    const auto server = find_server(context.api(), *listed);
    context.output.table(list_all(context.api(), fmt::format("/api/client/servers/{}/backups", server), "backups"),
                         {{"NAME", "name"},
                          {"STATE", "state"},
                          {"STORED", "bytes", Field::Kind::kBytes},
                          {"FILES", "files"},
                          {"DISK", "disk"},
                          {"CREATED", "created", Field::Kind::kTime},
                          {"UUID", "uuid"}},
                         "this server has no backups yet");
  });

  auto shown = std::make_shared<BackupOptions>();
  CLI::App& show = *backup.add_subcommand("show", "One backup, with its warnings");
  show.add_option("SERVER", shown->server, "name or uuid")->required();
  show.add_option("BACKUP", shown->backup, "uuid, start of one, name, or 'latest'")->required();
  show.callback([&context, shown] {
    const auto server = find_server(context.api(), shown->server);
    const auto id = find_backup(context.api(), server, shown->backup);
    const auto answer = context.api().get(fmt::format("/api/client/servers/{}/backups/{}", server, id));
    context.output.object(answer.as_object().at("backup"), backup_fields());
    if (!context.output.json()) print_warnings(context.output, answer.as_object().at("backup"));
  });

  auto fetched = std::make_shared<BackupOptions>();
  CLI::App& download = *backup.add_subcommand("download", "Save a backup's archive to a file; run it again to resume");
  download.add_option("SERVER", fetched->server, "name or uuid")->required();
  download.add_option("BACKUP", fetched->backup, "uuid, start of one, name, or 'latest'")->required();
  download.add_option("-o,--output", fetched->output, "file to write")->required();
  download.callback([&context, fetched] {
    const auto server = find_server(context.api(), fetched->server);
    const auto id = find_backup(context.api(), server, fetched->backup);
    const Bytes size = download_backup(context, server, id, fetched->output);
    context.output.object(boost::json::object{{"file", fetched->output}, {"bytes", size}},
                          {{"File", "file"}, {"Size", "bytes", Field::Kind::kBytes}});
  });
}

/// Verbs that send one request about one backup.
void add_acting_verbs(CLI::App& backup, Context& context) {
  using Act = std::function<void(const std::string& server, const std::string& backup, const std::string& path)>;
  const auto add = [&](const char* name, const char* help, Act act) {
    auto options = std::make_shared<BackupOptions>();
    CLI::App& verb = *backup.add_subcommand(name, help);
    verb.add_option("SERVER", options->server, "name or uuid")->required();
    verb.add_option("BACKUP", options->backup, "uuid, start of one, name, or 'latest'")->required();
    verb.callback([&context, options, act] {
      const auto server = find_server(context.api(), options->server);
      const auto id = find_backup(context.api(), server, options->backup);
      act(server, id, fmt::format("/api/client/servers/{}/backups/{}", server, id));
    });
  };
  add("delete", "Delete a backup and what it stored", [&context](auto&, auto&, const std::string& path) {
    context.api().remove(path);
    context.output.line("deletion started");
  });
  add("cancel", "Stop a backup that is running; nothing of it stays",
      [&context](auto&, auto&, const std::string& path) {
        context.api().post(path + "/cancel");
        context.output.line("cancelling");
      });
  add("verify", "Read a backup back and compare it with what was recorded",
      [&context](const std::string& server, const std::string& id, const std::string& path) {
        const auto before = context.api().get(path);
        context.api().post(path + "/verify");
        const auto verified =
            watch_verification(context, server, id, field_text(before.as_object().at("backup"), kVerifiedTime));
        context.output.object(verified, {{"Intact", "intact"},
                                         {"Verified", "time", Field::Kind::kTime},
                                         {"Hashes compared", "hashes_compared"},
                                         {"Damage", "damage"}});
        if (!verified.as_object().at("intact").as_bool()) throw Error(ErrorKind::kCorrupt, "this backup is damaged");
      });
}

}  // namespace

void add_backup_verbs(CLI::App& app, Context& context) {
  CLI::App& backup = *app.add_subcommand("backup", "Make, look at, restore and delete backups of a server");
  backup.require_subcommand(1);
  add_create(backup, context);
  add_reading_verbs(backup, context);
  add_restore_verbs(backup, context);
  add_acting_verbs(backup, context);
}

}  // namespace strata::cli
