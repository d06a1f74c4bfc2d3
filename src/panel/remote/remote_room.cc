#include "strata/panel/remote/remote_room.h"

#include "strata/panel/remote/node_start.h"
#include "strata/panel/remote/remote_servers.h"

namespace strata::panel {
namespace {

const std::string kBase = "/api/remote";
/// A report may carry 1,000 warnings with long paths.
constexpr Bytes kReportLimit = 16_MiB;

}  // namespace

RemoteRoom::RemoteRoom(const Foundation& foundation, const NodeCredentials& credentials, Outcomes& outcomes,
                       LiveProgress& progress)
    : foundation_(foundation), credentials_(credentials), outcomes_(outcomes), progress_(progress) {}

void RemoteRoom::add_routes(RouteTable& routes) {
  add_server_routes(routes);
  add_report_routes(routes);
}

void RemoteRoom::add_server_routes(RouteTable& routes) {
  routes.get(kBase + "/servers", "List the servers of the calling node")
      .needs(Access::node())
      .query<wire::PageQuery>()
      .answers<wire::RemoteServerPage>()
      .by([this](Call& call, const wire::PageQuery& query) {
        return list_remote_servers(foundation_, call.node().node, query);
      });
  routes.get(kBase + "/servers/{server}", "Show a server of the calling node")
      .needs(Access::node())
      .answers<wire::RemoteServer>()
      .by([this](Call& call) {
        return find_remote_server(foundation_, call.node().node, call.id<ServerId>("server"));
      });
  routes.post(kBase + "/servers/reset", "Tell that the node has started, and what it still works on")
      .needs(Access::node())
      .body<wire::ResetRequest>()
      .by([this](Call& call, const wire::ResetRequest& request) {
        settle_node_start(foundation_, outcomes_, call.node().node, request);
      });
  routes.post(kBase + "/heartbeat", "Tell that the node lives, and how its operations go")
      .needs(Access::node())
      .body<wire::Heartbeat>()
      .by([this](Call& call, const wire::Heartbeat& heartbeat) {
        note_heartbeat(foundation_, progress_, call.node().node, heartbeat);
      });
}

void RemoteRoom::add_report_routes(RouteTable& routes) {
  routes.post(kBase + "/backups/{backup}", "Report how a backup ended")
      .needs(Access::node())
      .body_limit(kReportLimit)
      .body<wire::BackupReport>()
      .by([this](Call& call, const wire::BackupReport& report) {
        outcomes_.report_backup(call.node().node, call.id<BackupId>("backup"), call.actor(), report);
      });
  routes.post(kBase + "/backups/{backup}/restore", "Report how a restore ended")
      .needs(Access::node())
      .body_limit(kReportLimit)
      .body<wire::RestoreReport>()
      .by([this](Call& call, const wire::RestoreReport& report) {
        outcomes_.report_restore(call.node().node, call.id<BackupId>("backup"), call.actor(), report);
      });
  routes.post(kBase + "/backups/{backup}/deletion", "Report how a deletion ended")
      .needs(Access::node())
      .body<wire::DeletionReport>()
      .by([this](Call& call, const wire::DeletionReport& report) {
        outcomes_.report_deletion(call.node().node, call.id<BackupId>("backup"), call.actor(), report);
      });
  routes.post(kBase + "/backups/{backup}/verification", "Report what a verification found")
      .needs(Access::node())
      .body_limit(kReportLimit)
      .body<wire::VerificationReport>()
      .by([this](Call& call, const wire::VerificationReport& report) {
        outcomes_.report_verification(call.node().node, call.id<BackupId>("backup"), call.actor(), report);
      });
  routes.post(kBase + "/servers/{server}/undo", "Report how an undo ended")
      .needs(Access::node())
      .body<wire::UndoReport>()
      .by([this](Call& call, const wire::UndoReport& report) {
        outcomes_.report_undo(call.node().node, call.id<ServerId>("server"), call.actor(), report);
      });
}

}  // namespace strata::panel
