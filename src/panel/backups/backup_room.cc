#include "strata/panel/backups/backup_room.h"

namespace strata::panel {
namespace {

constexpr std::string_view kDuty = "send commands to nodes";

Audience audience_of(const Call& call) {
  return call.caller().admin ? Audience::kOperator : Audience::kCustomer;
}

ServerId server_of(const Call& call) {
  return call.server().server.uuid;
}

}  // namespace

BackupRoom::BackupRoom(const Foundation& foundation, const NodeCredentials& credentials, Upkeep& upkeep)
    : outcomes_(foundation, progress_),
      dispatcher_(foundation, credentials, outcomes_, [&upkeep] { upkeep.wake(kDuty); }),
      backups_(foundation, progress_, dispatcher_),
      restores_(foundation, progress_, dispatcher_),
      links_(foundation, credentials) {}

void BackupRoom::add_duties(Upkeep& upkeep) {
  upkeep.every(std::string(kDuty), std::chrono::seconds(1),
               [this](const std::stop_token& stop) { dispatcher_.run_due(stop); });
  upkeep.every("give up operations of silent nodes", std::chrono::minutes(10),
               [this](const std::stop_token&) { dispatcher_.give_up_silent_nodes(); });
}

void BackupRoom::add_routes(RouteTable& routes) {
  const std::string base = "/api/client/servers/{server}";
  using Gate = Access::ServerGate;

  routes.get(base + "/backups", "List the backups of a server")
      .needs(Access::server({"backups.read"}, Gate::kAnyState))
      .query<wire::PageQuery>()
      .answers<wire::Page<wire::Backup>>("backups")
      .by([this](Call& call, const wire::PageQuery& query) { return backups_.list(server_of(call), query); });
  routes.post(base + "/backups", "Back a server up")
      .needs(Access::server({"backups.create"}))
      .body_limit(4_MiB)
      .body<wire::CreateBackup>()
      .answers<wire::Backup>("backup")
      .by([this](Call& call, const wire::CreateBackup& request) {
        call.limit(rate_rules::kBackupCreate, server_of(call).text());
        return backups_.create(call.server(), call.actor(), audience_of(call), request);
      });
  routes.post(base + "/backups/undo-restore", "Put back what the newest restore replaced")
      .needs(Access::server({"backups.restore"}, Gate::kAnyState))
      .body<wire::UndoRestore>()
      .answers_empty(200)
      .by([this](Call& call, const wire::UndoRestore& request) {
        restores_.undo(server_of(call), call.actor(), request);
      });
  routes.post(base + "/backups/unlock", "Use a server again after a failed restore")
      .needs(Access::server({"backups.restore"}, Gate::kAnyState))
      .answers_empty(200)
      .by([this](Call& call) { restores_.unlock(server_of(call), call.actor()); });
  routes.get(base + "/restore", "Tell how the newest restore or undo of a server goes")
      .needs(Access::server({"backups.read"}, Gate::kAnyState))
      .answers<wire::RestoreStatus>("restore")
      .by([this](Call& call) { return restores_.status(server_of(call)); });

  const std::string one = base + "/backups/{backup}";
  routes.get(one, "Show a backup with its warnings and progress")
      .needs(Access::server({"backups.read"}, Gate::kAnyState))
      .answers<wire::Backup>("backup")
      .by([this](Call& call) { return backups_.show(server_of(call), call.id<BackupId>("backup")); });
  routes.patch(one, "Rename a backup, or lock it against deletion")
      .needs(Access::server({"backups.update"}))
      .body<wire::UpdateBackup>()
      .by([this](Call& call, const wire::UpdateBackup& request) {
        backups_.rename_or_lock(server_of(call), call.id<BackupId>("backup"), call.actor(), request);
      });
  routes.remove(one, "Delete a backup")
      .needs(Access::server({"backups.delete"}))
      .answers_empty(202)
      .by([this](Call& call) {
        backups_.remove(server_of(call), call.id<BackupId>("backup"), call.actor(), audience_of(call));
      });
  routes.get(one + "/download", "Make a single-use link to a backup's archive")
      .needs(Access::server({"backups.download"}))
      .query<wire::DownloadQuery>()
      .answers<wire::DownloadLink>()
      .by([this](Call& call, const wire::DownloadQuery& query) {
        return links_.backup(call.caller(), server_of(call), call.id<BackupId>("backup"), audience_of(call), query);
      });
  routes.post(one + "/restore", "Restore a server from a backup")
      .needs(Access::server({"backups.restore"}))
      .body<wire::RestoreBackup>()
      .answers_empty(200)
      .by([this](Call& call, const wire::RestoreBackup& request) {
        restores_.restore(server_of(call), call.id<BackupId>("backup"), call.actor(), audience_of(call), request);
      });
  routes.post(one + "/cancel", "Stop what is running for a backup")
      .needs(Access::server({"backups.create"}, Gate::kAnyState))
      .answers_empty(202)
      .by([this](Call& call) { backups_.cancel(server_of(call), call.id<BackupId>("backup"), call.actor()); });
  routes.post(one + "/verify", "Read a backup back and compare it with what was recorded")
      .needs(Access::server({"backups.read"}))
      .answers_empty(202)
      .by([this](Call& call) { backups_.verify(server_of(call), call.id<BackupId>("backup"), call.actor()); });
}

}  // namespace strata::panel
