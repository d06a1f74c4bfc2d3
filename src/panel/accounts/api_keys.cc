#include "strata/panel/accounts/api_keys.h"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/crypto/digest.h"
#include "strata/describe/json.h"
#include "strata/panel/accounts/user_repository.h"
#include "strata/panel/rules/list_sql.h"
#include "strata/panel/rules/service_rules.h"

namespace strata::panel {

namespace {

constexpr std::string_view kPrefix = "strata_";
constexpr std::size_t kRandomLength = 43;
constexpr std::size_t kStartLength = 16;
constexpr std::chrono::minutes kNoteEvery{1};

using Names = std::optional<std::vector<std::string>>;

constexpr std::array<std::string_view, 9> kColumns = {
    "uuid",    "name",      "key_start", "user_permissions", "admin_permissions", "server_permissions",
    "expires", "last_used", "created"};

const std::string& columns() {
  static const auto text = aliased(kColumns, "k", "key_");
  return text;
}

Names read_names(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return describe::parse<std::vector<std::string>>(*text);
}

std::optional<std::string> write_names(const Names& names) {
  if (!names) return std::nullopt;
  return describe::to_text(*names);
}

wire::ApiKey read_key(const database::Row& row) {
  return {.uuid = row.id<ApiKeyId>("key_uuid"),
          .name = row.text("key_name"),
          .key_start = row.text("key_key_start"),
          .user_permissions = read_names(row.optional_text("key_user_permissions")),
          .admin_permissions = read_names(row.optional_text("key_admin_permissions")),
          .server_permissions = read_names(row.optional_text("key_server_permissions")),
          .expires = row.optional_time("key_expires"),
          .last_used = row.optional_time("key_last_used"),
          .created = row.time("key_created")};
}

void check_names(Relations& faults, std::string_view field, PermissionScope scope, const Names& names) {
  if (!names) return;
  for (std::size_t i = 0; i < names->size(); ++i) {
    if (!is_permission(scope, (*names)[i])) {
      faults.add_fault(fmt::format("{}[{}]: '{}' is not a permission", field, i, (*names)[i]));
    }
  }
}

// A key made by a key may not reach further: otherwise a narrowed key could free itself.
void check_ceiling(const wire::CreateApiKey& request, const Caller& maker) {
  const auto within = [](const Names& asked, const PermissionSet& held) {
    return (asked ? PermissionSet(*asked) : PermissionSet::everything()).is_within(held);
  };
  if (!within(request.user_permissions, maker.user_permissions) ||
      !within(request.server_permissions, maker.server_ceiling) ||
      !within(request.admin_permissions, maker.admin_permissions)) {
    throw Error(ErrorKind::kForbidden, "an API key cannot make a key that may do more than itself");
  }
}

}  // namespace

wire::CreatedApiKey ApiKeys::create(database::Connection& connection, UserId user, const wire::CreateApiKey& request,
                                    const Caller* ceiling) {
  Relations faults;
  check_names(faults, "user_permissions", PermissionScope::kUser, request.user_permissions);
  check_names(faults, "admin_permissions", PermissionScope::kAdmin, request.admin_permissions);
  check_names(faults, "server_permissions", PermissionScope::kServer, request.server_permissions);
  if (request.expires && *request.expires <= clock_.now()) faults.add_fault("expires: is in the past");
  faults.check();
  if (ceiling != nullptr && ceiling->api_key) check_ceiling(request, *ceiling);
  const auto existing =
      connection.query_one("select count(*) as total from api_keys where user_uuid = :user", {{"user", user}});
  if (existing.integer("total") >= kMaximumPerUser) {
    throw Error(ErrorKind::kRefused,
                fmt::format("no more than {} API keys per user: delete one first", kMaximumPerUser));
  }

  wire::CreatedApiKey made;
  made.key = std::string(kPrefix) + random_alphanumeric(kRandomLength);
  made.api_key = {.uuid = ApiKeyId::random(),
                  .name = request.name,
                  .key_start = made.key.substr(0, kStartLength),
                  .user_permissions = request.user_permissions,
                  .admin_permissions = request.admin_permissions,
                  .server_permissions = request.server_permissions,
                  .expires = request.expires,
                  .last_used = std::nullopt,
                  .created = clock_.now()};
  connection.execute(
      "insert into api_keys (uuid, user_uuid, name, key_start, key_hash, user_permissions, admin_permissions, "
      "server_permissions, expires, created) values (:uuid, :user, :name, :key_start, :key_hash, :user_permissions, "
      ":admin_permissions, :server_permissions, :expires, :created)",
      {{"uuid", made.api_key.uuid},
       {"user", user},
       {"name", made.api_key.name},
       {"key_start", made.api_key.key_start},
       {"key_hash", hex(crypto::sha256(made.key))},
       {"user_permissions", write_names(request.user_permissions)},
       {"admin_permissions", write_names(request.admin_permissions)},
       {"server_permissions", write_names(request.server_permissions)},
       {"expires", request.expires},
       {"created", made.api_key.created}});
  return made;
}

std::optional<KnownApiKey> ApiKeys::find(std::string_view bearer) {
  if (bearer.size() != kPrefix.size() + kRandomLength || !bearer.starts_with(kPrefix)) return std::nullopt;
  static const auto sql = fmt::format(
      "select {}, {} from api_keys k join users u on u.uuid = k.user_uuid where k.key_hash = :hash "
      "and (k.expires is null or k.expires > :now)",
      columns(), user_columns("u", "user_"));
  const auto row = database_.query_optional(sql, {{"hash", hex(crypto::sha256(bearer))}, {"now", clock_.now()}});
  if (!row) return std::nullopt;
  KnownApiKey found{.key = read_key(*row), .user = read_user(*row, "user_")};
  if (!found.key.last_used || *found.key.last_used + kNoteEvery < clock_.now()) {
    database_.execute("update api_keys set last_used = :now where uuid = :uuid",
                      {{"uuid", found.key.uuid}, {"now", clock_.now()}});
  }
  return found;
}

wire::Page<wire::ApiKey> ApiKeys::list(database::Connection& connection, UserId user, const wire::PageQuery& query) {
  const ListSql sql{.columns = columns(), .table = "api_keys k", .joins = "", .row = "k"};
  return list_page(connection, sql, ListConditions().with("k.user_uuid = :user", {"user", user}), query, read_key);
}

std::string ApiKeys::remove(database::Connection& connection, UserId user, ApiKeyId id) {
  const auto row = connection.query_optional(
      "delete from api_keys where uuid = :uuid and user_uuid = :user returning name", {{"uuid", id}, {"user", user}});
  if (!row) throw Error(ErrorKind::kNotFound, "api key not found");
  return row->text("name");
}

}  // namespace strata::panel
