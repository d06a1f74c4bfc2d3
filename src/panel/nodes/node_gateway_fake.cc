#include "strata/panel/nodes/node_gateway_fake.h"

#include <algorithm>
#include <utility>

#include "strata/describe/json.h"

namespace strata::panel {

void FakeNodeGateway::fail(const std::string& method, Error error) {
  const std::lock_guard lock(mutex_);
  failures_.insert_or_assign(method, std::move(error));
}

void FakeNodeGateway::recover() {
  const std::lock_guard lock(mutex_);
  failures_.clear();
}

void FakeNodeGateway::set_configuration(boost::json::value configuration) {
  const std::lock_guard lock(mutex_);
  configuration_ = std::move(configuration);
}

void FakeNodeGateway::set_running(std::vector<wire::OperationStatus> operations) {
  const std::lock_guard lock(mutex_);
  running_ = std::move(operations);
}

void FakeNodeGateway::set_deletion_answer(DeletionAnswer answer) {
  const std::lock_guard lock(mutex_);
  deletion_answer_ = answer;
}

std::vector<SentCommand> FakeNodeGateway::sent() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}

std::vector<SentCommand> FakeNodeGateway::sent(const std::string& method) const {
  auto commands = sent();
  std::erase_if(commands, [&](const SentCommand& command) { return command.name != method; });
  return commands;
}

void FakeNodeGateway::take(SentCommand command) {
  const std::lock_guard lock(mutex_);
  const auto failure = failures_.find(command.name);
  sent_.push_back(std::move(command));
  if (failure != failures_.end()) throw failure->second;
}

void FakeNodeGateway::create_server(const NodeAddress& node, const wire::CreateServerCommand& command) {
  take({.name = "create_server", .node = node, .server = command.uuid, .body = describe::to_json(command)});
}

void FakeNodeGateway::delete_server(const NodeAddress& node, ServerId server) {
  take({.name = "delete_server", .node = node, .server = server});
}

void FakeNodeGateway::sync_server(const NodeAddress& node, ServerId server) {
  take({.name = "sync_server", .node = node, .server = server});
}

wire::ServerState FakeNodeGateway::server_state(const NodeAddress& node, ServerId server) {
  take({.name = "server_state", .node = node, .server = server});
  return {.uuid = server, .state = "offline"};
}

void FakeNodeGateway::create_backup(const NodeAddress& node, ServerId server, const wire::CreateBackupCommand& command,
                                    const CommandStamp& stamp) {
  take({.name = "create_backup",
        .node = node,
        .server = server,
        .backup = command.uuid,
        .body = describe::to_json(command),
        .stamp = stamp});
}

void FakeNodeGateway::restore_backup(const NodeAddress& node, ServerId server, BackupId backup,
                                     const wire::RestoreBackupCommand& command, const CommandStamp& stamp) {
  take({.name = "restore_backup",
        .node = node,
        .server = server,
        .backup = backup,
        .body = describe::to_json(command),
        .stamp = stamp});
}

void FakeNodeGateway::undo_restore(const NodeAddress& node, ServerId server, const wire::UndoRestoreCommand& command,
                                   const CommandStamp& stamp) {
  take({.name = "undo_restore", .node = node, .server = server, .body = describe::to_json(command), .stamp = stamp});
}

void FakeNodeGateway::verify_backup(const NodeAddress& node, BackupId backup, const wire::VerifyBackupCommand& command,
                                    const CommandStamp& stamp) {
  take({.name = "verify_backup", .node = node, .backup = backup, .body = describe::to_json(command), .stamp = stamp});
}

DeletionAnswer FakeNodeGateway::delete_backup(const NodeAddress& node, BackupId backup,
                                              const wire::DeleteBackupCommand& command, const CommandStamp& stamp) {
  take({.name = "delete_backup", .node = node, .backup = backup, .body = describe::to_json(command), .stamp = stamp});
  const std::lock_guard lock(mutex_);
  return deletion_answer_;
}

wire::QueryBackupAnswer FakeNodeGateway::query_backup(const NodeAddress& node, BackupId backup,
                                                      const wire::AdapterName& adapter) {
  take({.name = "query_backup", .node = node, .backup = backup, .body = boost::json::value(adapter)});
  return {.archive_format = "tar_gz", .size = 1024};
}

void FakeNodeGateway::cancel(const NodeAddress& node, OperationId operation) {
  take({.name = "cancel", .node = node, .stamp = {.operation = operation}});
}

wire::OperationList FakeNodeGateway::operations(const NodeAddress& node) {
  take({.name = "operations", .node = node});
  const std::lock_guard lock(mutex_);
  return {.operations = running_};
}

wire::SystemInformation FakeNodeGateway::system(const NodeAddress& node) {
  take({.name = "system", .node = node});
  return {.architecture = "x86_64", .cpu_count = 2, .kernel_version = "6.1", .os = "linux", .version = "test"};
}

boost::json::value FakeNodeGateway::configuration(const NodeAddress& node) {
  take({.name = "configuration", .node = node});
  const std::lock_guard lock(mutex_);
  return configuration_;
}

wire::ConfigurationApplied FakeNodeGateway::change_configuration(const NodeAddress& node,
                                                                 const boost::json::value& changes) {
  take({.name = "change_configuration", .node = node, .body = changes});
  return {.applied = true};
}

}  // namespace strata::panel
