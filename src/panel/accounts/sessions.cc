#include "strata/panel/accounts/sessions.h"

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/random.h"
#include "strata/crypto/digest.h"
#include "strata/panel/accounts/user_repository.h"

namespace strata::panel {

namespace {

constexpr std::size_t kCookieLength = 48;
constexpr std::size_t kLongestUserAgent = 255;
// Each noted use is a write: not more often than this.
constexpr std::chrono::minutes kNoteEvery{1};

std::string hash_of(std::string_view cookie) {
  return hex(crypto::sha256(cookie));
}

}  // namespace

Secret Sessions::open(database::Connection& connection, UserId user, std::string_view address,
                      std::string_view user_agent) {
  Secret cookie(random_alphanumeric(kCookieLength));
  connection.execute(
      "insert into sessions (uuid, user_uuid, token_hash, address, user_agent, last_used, created) "
      "values (:uuid, :user, :hash, :address, :user_agent, :now, :now)",
      {{"uuid", SessionId::random()},
       {"user", user},
       {"hash", hash_of(cookie.reveal())},
       {"address", address},
       {"user_agent", to_readable_utf8(user_agent.substr(0, kLongestUserAgent))},
       {"now", clock_.now()}});
  return cookie;
}

std::optional<OpenSession> Sessions::find(std::string_view cookie) {
  if (cookie.size() != kCookieLength) return std::nullopt;
  static const auto sql = fmt::format(
      "select s.uuid as session_uuid, s.last_used as session_last_used, {} from sessions s "
      "join users u on u.uuid = s.user_uuid where s.token_hash = :hash and s.last_used > :oldest_use "
      "and s.created > :oldest_start",
      user_columns("u", ""));
  const auto row = database_.query_optional(
      sql, {{"hash", hash_of(cookie)}, {"oldest_use", oldest_use()}, {"oldest_start", oldest_start()}});
  if (!row) return std::nullopt;
  OpenSession found{.session = row->id<SessionId>("session_uuid"), .user = read_user(*row, "")};
  if (row->time("session_last_used") + kNoteEvery < clock_.now()) {
    database_.execute("update sessions set last_used = :now where uuid = :uuid",
                      {{"uuid", found.session}, {"now", clock_.now()}});
  }
  return found;
}

void Sessions::close(database::Connection& connection, SessionId session) {
  connection.execute("delete from sessions where uuid = :uuid", {{"uuid", session}});
}

void Sessions::close_all(database::Connection& connection, UserId user) {
  connection.execute("delete from sessions where user_uuid = :user", {{"user", user}});
}

void Sessions::forget_expired() {
  database_.execute("delete from sessions where last_used <= :oldest_use or created <= :oldest_start",
                    {{"oldest_use", oldest_use()}, {"oldest_start", oldest_start()}});
}

}  // namespace strata::panel
