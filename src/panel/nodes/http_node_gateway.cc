#include "strata/panel/nodes/http_node_gateway.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/crypto/node_keys.h"
#include "strata/describe/json.h"
#include "strata/http/status.h"
#include "strata/http/url.h"
#include "strata/wire/headers.h"

namespace strata::panel {
namespace {

constexpr int kConflict = 409;
constexpr int kNotFound = 404;
constexpr int kOk = 200;
/// A configuration is small; an operations list may be long.
constexpr Bytes kMaxAnswer = 16_MiB;

template <class T>
T read(const http::ClientResponse& response) {
  return describe::parse<T>(response.body, kMaxAnswer);
}

}  // namespace

struct HttpNodeGateway::Call {
  http::Method method = http::Method::kGet;
  std::string path;
  std::optional<std::string> body;
  std::optional<CommandStamp> stamp;
};

HttpNodeGateway::HttpNodeGateway(http::ClientOptions options, BootId boot) : client_(std::move(options)), boot_(boot) {}

http::ClientResponse HttpNodeGateway::send(const NodeAddress& node, Call call) {
  http::ClientRequest request;
  request.method = call.method;
  request.url = node.url + call.path;
  request.max_body = kMaxAnswer;
  request.headers.set("Authorization", "Bearer " + crypto::derive_node_keys(node.token).panel_to_node.reveal());
  request.headers.set("Accept", "application/json");
  request.headers.set(wire::kBootHeader, boot_.text());
  if (call.stamp) {
    request.headers.set(wire::kIdempotencyKey, call.stamp->operation.text());
    request.headers.set(wire::kFenceHeader, std::to_string(call.stamp->fence));
  }
  if (call.body) {
    request.headers.set("Content-Type", "application/json");
    request.body = std::move(*call.body);
  }
  try {
    return client_.request(request);
  } catch (const Error& error) {
    throw error.with_context(fmt::format("node '{}' does not answer", node.name));
  }
}

http::ClientResponse HttpNodeGateway::require(const NodeAddress& node, Call call) {
  auto response = send(node, std::move(call));
  try {
    http::throw_if_refused(response);
  } catch (const Error& error) {
    // Our own credentials being refused is the host's problem, not that of whoever asked.
    if (error.kind() == ErrorKind::kUnauthorized || error.kind() == ErrorKind::kForbidden) {
      throw Error(
          ErrorKind::kUnavailable,
          fmt::format("node '{}' refuses the Panel's credentials: configure it again with a join code", node.name));
    }
    // What broke inside the node may work at the next try; only a clear no is an answer.
    if (error.kind() == ErrorKind::kInternal)
      throw Error(ErrorKind::kUnavailable, fmt::format("node '{}': {}", node.name, error.message()));
    throw;
  }
  return response;
}

void HttpNodeGateway::create_server(const NodeAddress& node, const wire::CreateServerCommand& command) {
  const auto response =
      send(node, {.method = http::Method::kPost, .path = "/api/servers", .body = describe::to_text(command)});
  if (response.status != kConflict) http::throw_if_refused(response);
}

void HttpNodeGateway::delete_server(const NodeAddress& node, ServerId server) {
  const auto response = send(node, {.method = http::Method::kDelete, .path = "/api/servers/" + server.text()});
  if (response.status != kNotFound) http::throw_if_refused(response);
}

void HttpNodeGateway::sync_server(const NodeAddress& node, ServerId server) {
  require(node,
          {.method = http::Method::kPost, .path = fmt::format("/api/servers/{}/sync", server.text()), .body = "{}"});
}

wire::ServerState HttpNodeGateway::server_state(const NodeAddress& node, ServerId server) {
  return read<wire::ServerState>(require(node, {.path = "/api/servers/" + server.text()}));
}

void HttpNodeGateway::create_backup(const NodeAddress& node, ServerId server, const wire::CreateBackupCommand& command,
                                    const CommandStamp& stamp) {
  require(node, {.method = http::Method::kPost,
                 .path = fmt::format("/api/servers/{}/backup", server.text()),
                 .body = describe::to_text(command),
                 .stamp = stamp});
}

void HttpNodeGateway::restore_backup(const NodeAddress& node, ServerId server, BackupId backup,
                                     const wire::RestoreBackupCommand& command, const CommandStamp& stamp) {
  require(node, {.method = http::Method::kPost,
                 .path = fmt::format("/api/servers/{}/backup/{}/restore", server.text(), backup.text()),
                 .body = describe::to_text(command),
                 .stamp = stamp});
}

void HttpNodeGateway::undo_restore(const NodeAddress& node, ServerId server, const wire::UndoRestoreCommand& command,
                                   const CommandStamp& stamp) {
  require(node, {.method = http::Method::kPost,
                 .path = fmt::format("/api/servers/{}/undo-restore", server.text()),
                 .body = describe::to_text(command),
                 .stamp = stamp});
}

void HttpNodeGateway::verify_backup(const NodeAddress& node, BackupId backup, const wire::VerifyBackupCommand& command,
                                    const CommandStamp& stamp) {
  require(node, {.method = http::Method::kPost,
                 .path = fmt::format("/api/backups/{}/verify", backup.text()),
                 .body = describe::to_text(command),
                 .stamp = stamp});
}

DeletionAnswer HttpNodeGateway::delete_backup(const NodeAddress& node, BackupId backup,
                                              const wire::DeleteBackupCommand& command, const CommandStamp& stamp) {
  try {
    const auto response = require(node, {.method = http::Method::kDelete,
                                         .path = "/api/backups/" + backup.text(),
                                         .body = describe::to_text(command),
                                         .stamp = stamp});
    return response.status == kOk ? DeletionAnswer::kDone : DeletionAnswer::kWillReport;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kNotFound) return DeletionAnswer::kNotThere;
    throw;
  }
}

wire::QueryBackupAnswer HttpNodeGateway::query_backup(const NodeAddress& node, BackupId backup,
                                                      const wire::AdapterName& adapter) {
  return read<wire::QueryBackupAnswer>(require(
      node, {.path = fmt::format("/api/backups/{}/query?adapter={}", backup.text(), http::percent_encode(adapter))}));
}

void HttpNodeGateway::cancel(const NodeAddress& node, OperationId operation) {
  require(node, {.method = http::Method::kPost,
                 .path = fmt::format("/api/operations/{}/cancel", operation.text()),
                 .body = "{}"});
}

wire::OperationList HttpNodeGateway::operations(const NodeAddress& node) {
  return read<wire::OperationList>(require(node, {.path = "/api/operations"}));
}

wire::SystemInformation HttpNodeGateway::system(const NodeAddress& node) {
  return read<wire::SystemInformation>(require(node, {.path = "/api/system"}));
}

boost::json::value HttpNodeGateway::configuration(const NodeAddress& node) {
  return describe::parse_json(require(node, {.path = "/api/system/config"}).body, kMaxAnswer);
}

wire::ConfigurationApplied HttpNodeGateway::change_configuration(const NodeAddress& node,
                                                                 const boost::json::value& changes) {
  return read<wire::ConfigurationApplied>(require(
      node, {.method = http::Method::kPatch, .path = "/api/system/config", .body = boost::json::serialize(changes)}));
}

}  // namespace strata::panel
