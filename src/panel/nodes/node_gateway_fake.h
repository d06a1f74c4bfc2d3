#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "strata/base/error.h"
#include "strata/panel/nodes/node_gateway.h"

namespace strata::panel {

/// One command as a node would have got it.
struct SentCommand {
  std::string name;  ///< of the method: "create_backup"
  NodeAddress node;
  std::optional<ServerId> server;
  std::optional<BackupId> backup;
  boost::json::value body;  ///< the wire command; null where there is none
  CommandStamp stamp;
};

/// A node that accepts everything and remembers it, unless told to fail. Any thread.
class FakeNodeGateway final : public NodeGateway {
 public:
  /// Every call of that method fails with `error` until `recover`.
  void fail(const std::string& method, Error error);
  void recover();
  /// What `configuration` answers; `change_configuration` does not touch it.
  void set_configuration(boost::json::value configuration);
  void set_running(std::vector<wire::OperationStatus> operations);
  void set_deletion_answer(DeletionAnswer answer);

  std::vector<SentCommand> sent() const;
  /// Those of one method.
  std::vector<SentCommand> sent(const std::string& method) const;

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
  void take(SentCommand command);

  mutable std::mutex mutex_;
  std::vector<SentCommand> sent_;
  std::map<std::string, Error> failures_;
  boost::json::value configuration_;
  std::vector<wire::OperationStatus> running_;
  DeletionAnswer deletion_answer_ = DeletionAnswer::kDone;
};

}  // namespace strata::panel
