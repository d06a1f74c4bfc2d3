#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "strata/describe/described.h"

namespace strata::wire {

/// A WebSocket frame in either direction: args are always strings, structured data is JSON inside a string (spec/wings
/// 4).
struct Event {
  std::string event;
  std::vector<std::string> args;
};
STRATA_DESCRIBED(Event);

namespace events {
inline constexpr std::string_view kAuth = "auth";
inline constexpr std::string_view kAuthSuccess = "auth success";
inline constexpr std::string_view kTokenExpiring = "token expiring";
inline constexpr std::string_view kTokenExpired = "token expired";
inline constexpr std::string_view kJwtError = "jwt error";
inline constexpr std::string_view kStatus = "status";
inline constexpr std::string_view kBackupStarted = "backup started";
inline constexpr std::string_view kBackupProgress = "backup progress";
inline constexpr std::string_view kBackupCompleted = "backup completed";
inline constexpr std::string_view kBackupDeleted = "backup deleted";
inline constexpr std::string_view kRestoreStarted = "backup restore started";
inline constexpr std::string_view kRestoreProgress = "backup restore progress";
inline constexpr std::string_view kRestoreCompleted = "backup restore completed";
inline constexpr std::string_view kDaemonMessage = "daemon message";
inline constexpr std::string_view kDaemonError = "daemon error";
}  // namespace events

}  // namespace strata::wire
