#include "strata/wings/api/download_token.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/crypto/token.h"

namespace strata::wings {
namespace {

constexpr std::chrono::seconds kLeeway{60};

std::string text_claim(const boost::json::object& claims, std::string_view name) {
  const auto* value = claims.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

[[noreturn]] void refuse() {
  throw Error(ErrorKind::kUnauthorized, "invalid token");
}

}  // namespace

DownloadPermit check_download_token(Wings& wings, std::string_view token, bool ranged) {
  const Timestamp now = wings.machine().clock.now();
  boost::json::object claims;
  try {
    claims = crypto::verify_token(token, wings.keys().signing, now, kLeeway);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kUnauthorized) throw;
    refuse();
  }
  if (const auto* scope = claims.if_contains("scope");
      scope != nullptr && !scope->is_null() && text_claim(claims, "scope") != "backup-download")
    refuse();
  const auto backup = BackupId::parse(text_claim(claims, "backup_uuid"));
  const auto unique = Uuid::parse(text_claim(claims, "unique_id"));
  if (!backup || !unique) refuse();

  const Timestamp expires = Timestamp(std::chrono::seconds(claims.at("exp").to_number<std::int64_t>())) + kLeeway;
  const std::uint32_t uses = ranged ? wings.configuration().snapshot()->api.max_jwt_uses : 0;
  // Use 0 is the download itself, each further one a ranged request of the same link.
  for (std::uint32_t use = 0; use <= uses; ++use) {
    if (wings.journal().use_token(fmt::format("{}#{}", unique->text(), use), expires)) {
      return {.backup = *backup, .server = ServerId::parse(text_claim(claims, "server_uuid")).value_or(ServerId())};
    }
  }
  throw Error(ErrorKind::kUnauthorized, "token has already been used");
}

}  // namespace strata::wings
