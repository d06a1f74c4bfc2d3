#include "strata/panel/backups/download_links.h"

#include "strata/base/encoding.h"
#include "strata/crypto/token.h"
#include "strata/database/transaction.h"
#include "strata/http/url.h"
#include "strata/panel/audit/activity_log.h"
#include "strata/panel/backups/backup_repository.h"
#include "strata/panel/backups/backup_service.h"
#include "strata/panel/nodes/node_repository.h"

namespace strata::panel {
namespace {

constexpr std::chrono::seconds kLifetime{900};
/// A node whose clock is a little behind must not refuse a link from "the future".
constexpr std::chrono::seconds kIssuedEarlier{5};

std::int64_t seconds_of(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

wire::DownloadLink DownloadLinks::backup(const Caller& caller, ServerId server, BackupId id, Audience audience,
                                         const wire::DownloadQuery& query) {
  const Timestamp now = foundation_.clock.now();
  return database::with_transaction(foundation_.database, [&](database::Connection& connection) {
    const auto backup = BackupRepository(connection).get_of_server(id, server);
    require_usable_backup(backup, "downloaded");
    require_no_maintenance(connection, backup, "download backup", audience);
    const auto node = NodeRepository(connection).get(backup.node);
    const boost::json::object claims{{"scope", "backup-download"},
                                     {"iss", "panel"},
                                     {"sub", nullptr},
                                     {"aud", boost::json::array{}},
                                     {"exp", seconds_of(now + kLifetime)},
                                     {"nbf", nullptr},
                                     {"iat", seconds_of(now - kIssuedEarlier)},
                                     {"jti", caller.user.text()},
                                     {"backup_uuid", id.text()},
                                     {"server_uuid", server.text()},
                                     {"unique_id", Uuid::random().text()}};
    const Secret key = credentials_.link_key(connection, backup.node);
    record_activity(
        connection, now, caller,
        {.event = "server:backup.download", .data = {{"uuid", id.text()}, {"name", backup.name}}, .server = server});
    std::string base = node.public_url.value_or(node.url);
    while (base.ends_with('/')) base.pop_back();
    return wire::DownloadLink{.url = base +
                                     "/download/backup?token=" + crypto::sign_token(claims, as_bytes(key.reveal())) +
                                     "&archive_format=" + http::percent_encode(query.archive_format)};
  });
}

}  // namespace strata::panel
