#pragma once

#include "strata/base/id.h"
#include "strata/http/client.h"
#include "strata/panel/nodes/node_gateway.h"

namespace strata::panel {

/// The commands over HTTP, as the node API of `wire/node_api.h`. Connections are kept; an unreachable node costs the
/// connect timeout.
class HttpNodeGateway final : public NodeGateway {
 public:
  /// `boot` names this start of the Panel.
  HttpNodeGateway(http::ClientOptions options, BootId boot);

  void create_server(const NodeAddress& node, const wire::CreateServerCommand& command) override;
  void delete_server(const NodeAddress& node, ServerId server) override;
  void sync_server(const NodeAddress& node, ServerId server) override;
  wire::ServerState server_state(const NodeAddress& node, ServerId server) override;
  void create_backup(const NodeAddress& node, ServerId server, const wire::CreateBackupCommand& command,
                     const CommandStamp& stamp) override;
  void restore_backup(const NodeAddress& node, ServerId server, BackupId backup,
                      const wire::RestoreBackupCommand& command, const CommandStamp& stamp) override;
  void undo_restore(const NodeAddress& node, ServerId server, const wire::UndoRestoreCommand& command,
                    const CommandStamp& stamp) override;
  void verify_backup(const NodeAddress& node, BackupId backup, const wire::VerifyBackupCommand& command,
                     const CommandStamp& stamp) override;
  DeletionAnswer delete_backup(const NodeAddress& node, BackupId backup, const wire::DeleteBackupCommand& command,
                               const CommandStamp& stamp) override;
  wire::QueryBackupAnswer query_backup(const NodeAddress& node, BackupId backup,
                                       const wire::AdapterName& adapter) override;
  void cancel(const NodeAddress& node, OperationId operation) override;
  wire::OperationList operations(const NodeAddress& node) override;
  wire::SystemInformation system(const NodeAddress& node) override;
  boost::json::value configuration(const NodeAddress& node) override;
  wire::ConfigurationApplied change_configuration(const NodeAddress& node, const boost::json::value& changes) override;

 private:
  struct Call;
  http::ClientResponse send(const NodeAddress& node, Call call);
  /// The answer of a call that must succeed.
  http::ClientResponse require(const NodeAddress& node, Call call);
  http::Client client_;
  BootId boot_;
};

}  // namespace strata::panel
