#pragma once

#include <cstdint>
#include <string>

#include <boost/json/value.hpp>

#include "strata/base/id.h"
#include "strata/base/log.h"
#include "strata/wire/node_api.h"

namespace strata::panel {

/// Where a node is and the secret shared with it; bearers are derived (crypto/node_keys.h). A value, made for one call.
struct NodeAddress {
  NodeId node;
  std::string name;  ///< for error texts
  std::string url;   ///< without trailing slash
  Secret token;
};

/// What makes a command safe to send twice and impossible to overtake (spec/reliability 3.11).
struct CommandStamp {
  OperationId operation;
  std::uint64_t fence = 0;
};

/// What a node says to a deletion.
enum class DeletionAnswer {
  kDone,        ///< it is gone
  kWillReport,  ///< accepted; the result comes by the remote API
  kNotThere,    ///< the node knows no such backup: as good as gone
};

/// The Panel's commands to Wings. Blocking; any thread. Every call may throw: kUnavailable or kTimeout when it is not
/// known whether the command arrived (send it again with the same stamp), any other kind when the node refused, with
/// the node's own words. Messages name the node, never its credentials.
class NodeGateway {
 public:
  virtual ~NodeGateway() = default;

  /// The node fetches the rest from the Panel, so the row must be committed. A server that the node already has is
  /// success.
  virtual void create_server(const NodeAddress& node, const wire::CreateServerCommand& command) = 0;
  /// Adopted directories stay. A server that the node does not have is success.
  virtual void delete_server(const NodeAddress& node, ServerId server) = 0;
  /// Tells the node to fetch the server's settings again.
  virtual void sync_server(const NodeAddress& node, ServerId server) = 0;
  virtual wire::ServerState server_state(const NodeAddress& node, ServerId server) = 0;

  /// Returns when the node has durably accepted.
  virtual void create_backup(const NodeAddress& node, ServerId server, const wire::CreateBackupCommand& command,
                             const CommandStamp& stamp) = 0;
  virtual void restore_backup(const NodeAddress& node, ServerId server, BackupId backup,
                              const wire::RestoreBackupCommand& command, const CommandStamp& stamp) = 0;
  virtual void undo_restore(const NodeAddress& node, ServerId server, const wire::UndoRestoreCommand& command,
                            const CommandStamp& stamp) = 0;
  virtual void verify_backup(const NodeAddress& node, BackupId backup, const wire::VerifyBackupCommand& command,
                             const CommandStamp& stamp) = 0;
  virtual DeletionAnswer delete_backup(const NodeAddress& node, BackupId backup,
                                       const wire::DeleteBackupCommand& command, const CommandStamp& stamp) = 0;
  virtual wire::QueryBackupAnswer query_backup(const NodeAddress& node, BackupId backup,
                                               const wire::AdapterName& adapter) = 0;

  /// Asks a queued or running operation to stop; it ends with a report. kNotFound when the node does not run it.
  virtual void cancel(const NodeAddress& node, OperationId operation) = 0;
  /// What the node has queued or runs now.
  virtual wire::OperationList operations(const NodeAddress& node) = 0;

  virtual wire::SystemInformation system(const NodeAddress& node) = 0;
  /// wings.yml as JSON, credentials included.
  virtual boost::json::value configuration(const NodeAddress& node) = 0;
  /// Deep merge of `changes` into wings.yml, in force at once.
  virtual wire::ConfigurationApplied change_configuration(const NodeAddress& node,
                                                          const boost::json::value& changes) = 0;
};

}  // namespace strata::panel
