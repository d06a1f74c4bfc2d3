#include "strata/wings/api/server_socket.h"

#include <algorithm>

#include <boost/json.hpp>

#include "strata/base/error.h"
#include "strata/crypto/token.h"
#include "strata/describe/json.h"

namespace strata::wings {
namespace {

namespace json = boost::json;
namespace events = wire::events;

constexpr std::chrono::seconds kLeeway{60};
constexpr std::chrono::seconds kExpiringSoon{60};
constexpr std::uint16_t kPolicyViolation = 1008;

std::string text_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string progress_text(const wire::OperationStatus& status) {
  return json::serialize(json::object{{"progress", status.bytes},
                                      {"total", status.total_bytes},
                                      {"files", status.files},
                                      {"total_files", status.total_files},
                                      {"phase", status.phase}});
}

/// The members that the reference's event carries, taken from what the Panel is told.
std::string completion_text(const json::value& report) {
  json::object result{{"checksum_type", ""}, {"checksum", ""},     {"size", 0},         {"files", 0},
                      {"successful", false}, {"browsable", false}, {"streaming", false}};
  if (const auto* object = report.if_object()) {
    for (auto& member : result) {
      if (const auto* value = object->if_contains(member.key())) member.value() = *value;
    }
  }
  return json::serialize(result);
}

std::string success_text(const json::value& report) {
  const auto* object = report.if_object();
  const auto* successful = object == nullptr ? nullptr : object->if_contains("successful");
  return successful != nullptr && successful->is_bool() && successful->get_bool() ? "true" : "false";
}

}  // namespace

bool ServerSocket::Grant::has(std::string_view permission) const {
  return std::any_of(permissions.begin(), permissions.end(), [&](const std::string& one) {
    return one == "*" || one == permission || (permission == "backup.read" && one == "backups.read");
  });
}

void ServerSocket::on_open(std::shared_ptr<http::WebSocket> socket) {
  socket_ = std::move(socket);
  subscription_ = wings_.jobs().watch([this](const JobEvent& event) { on_event(event); });
}

void ServerSocket::on_close(std::uint16_t) {
  subscription_ = {};
}

void ServerSocket::send(std::string_view event, std::vector<std::string> arguments) {
  socket_->send(describe::to_text(wire::Event{.event = std::string(event), .args = std::move(arguments)}));
}

void ServerSocket::on_text(std::string text) {
  json::value message;
  try {
    message = describe::parse_json(text);
  } catch (const Error&) {
    return;  // as the reference: what is no event is nothing
  }
  const auto* object = message.if_object();
  if (object == nullptr) return;
  const std::string event = text_of(*object, "event");
  const auto* args = object->if_contains("args");
  const auto* first =
      args != nullptr && args->is_array() && !args->get_array().empty() ? &args->get_array().front() : nullptr;
  if (event == events::kAuth) {
    authenticate(first != nullptr && first->is_string() ? std::string(first->get_string()) : std::string());
    return;
  }
  if (!still_granted()) socket_->close(kPolicyViolation, "authenticate first");
}

void ServerSocket::authenticate(const std::string& token) {
  json::object claims;
  try {
    claims = crypto::verify_token(token, wings_.keys().signing, wings_.machine().clock.now(), kLeeway);
  } catch (const Error&) {
    send(events::kJwtError, {"the token does not hold"});
    socket_->close(kPolicyViolation, "invalid token");
    return;
  }
  const std::string scope = text_of(claims, "scope");
  if ((!scope.empty() && scope != "websocket") || ServerId::parse(text_of(claims, "server_uuid")) != server_) {
    send(events::kJwtError, {"the token is for something else"});
    socket_->close(kPolicyViolation, "invalid token");
    return;
  }
  Grant grant;
  grant.expires = Timestamp(std::chrono::seconds(claims.at("exp").to_number<std::int64_t>()));
  if (const auto* permissions = claims.if_contains("permissions"); permissions != nullptr && permissions->is_array()) {
    for (const auto& permission : permissions->get_array()) {
      if (permission.is_string()) grant.permissions.emplace_back(permission.get_string());
    }
  }
  const auto names = grant.permissions;
  {
    const std::lock_guard lock(mutex_);
    grant_ = std::move(grant);
    warned_ = false;
  }
  send(events::kAuthSuccess, names);
  send(events::kStatus,
       {std::string(to_string(wings_.runtimes().runtime_of(*wings_.servers().get(server_))->state()))});
}

bool ServerSocket::still_granted() {
  const Timestamp now = wings_.machine().clock.now();
  const std::lock_guard lock(mutex_);
  if (!grant_) return false;
  if (now >= grant_->expires) {
    grant_.reset();
    send(events::kTokenExpired);
    return false;
  }
  if (!warned_ && grant_->expires - now < kExpiringSoon) {
    warned_ = true;
    send(events::kTokenExpiring);
  }
  return true;
}

void ServerSocket::on_event(const JobEvent& event) {
  if (event.status.server != server_ || !still_granted()) return;
  const bool restore =
      event.status.kind == wire::OperationKind::kRestore || event.status.kind == wire::OperationKind::kUndo;
  if (!restore) {
    const std::lock_guard lock(mutex_);
    if (!grant_ || !grant_->has("backup.read")) return;
  }
  const std::string backup = event.status.backup ? event.status.backup->text() : "";
  switch (event.kind) {
    case JobEvent::Kind::kQueued:
      return;
    case JobEvent::Kind::kStarted:
      if (restore)
        send(events::kRestoreStarted, {backup});
      else if (event.status.kind == wire::OperationKind::kCreate)
        send(events::kBackupStarted, {backup});
      return;
    case JobEvent::Kind::kPhase:
    case JobEvent::Kind::kProgress:
      if (restore)
        send(events::kRestoreProgress, {progress_text(event.status), backup});
      else if (event.status.kind == wire::OperationKind::kCreate)
        send(events::kBackupProgress, {backup, progress_text(event.status)});
      return;
    case JobEvent::Kind::kFinished:
      if (restore)
        send(events::kRestoreCompleted, {backup, success_text(event.report)});
      else if (event.status.kind == wire::OperationKind::kCreate)
        send(events::kBackupCompleted, {backup, completion_text(event.report)});
      else if (event.status.kind == wire::OperationKind::kDelete)
        send(events::kBackupDeleted, {backup, success_text(event.report)});
      return;
  }
}

}  // namespace strata::wings
