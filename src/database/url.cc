#include "strata/database/url.h"

#include <array>
#include <memory>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "strata/base/error.h"
#include "strata/base/id.h"

namespace strata::database {
namespace {

struct OptionsDeleter {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

/// Used where the URL does not say otherwise: a dead server is noticed in half a minute, not after two hours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kDefaults{{{"application_name", "strata"},
                                                                                  {"connect_timeout", "10"},
                                                                                  {"keepalives_idle", "30"},
                                                                                  {"keepalives_interval", "10"},
                                                                                  {"keepalives_count", "3"},
                                                                                  {"tcp_user_timeout", "30000"}}};

void append_setting(std::string& text, std::string_view key, std::string_view value) {
  text += key;
  text += "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  text += "' ";
}

Target parse_sqlite(std::string_view path) {
  Target target;
  target.engine = Engine::kSqlite;
  if (path == ":memory:") {
    target.in_memory = true;
    target.path = "/strata-" + Uuid::random().text();
    target.shown = "the database in memory";
    return target;
  }
  if (!path.starts_with('/') || path.ends_with('/') || path.find_first_of(std::string_view("\0\"\n", 3)) != path.npos) {
    throw Error(ErrorKind::kInvalid,
                "a SQLite database needs the absolute path of a file, as in sqlite:/var/lib/strata/panel.db");
  }
  target.path = path;
  target.shown = fmt::format("the database file '{}'", path);
  return target;
}

Target parse_postgresql(std::string_view url) {
  char* parse_error = nullptr;
  const std::unique_ptr<PQconninfoOption, OptionsDeleter> options(
      PQconninfoParse(std::string(url).c_str(), &parse_error));
  if (!options) {
    // libpq's text may repeat the URL with its password.
    PQfreemem(parse_error);
    throw Error(ErrorKind::kInvalid,
                "the database URL is not understood: expected postgresql://user:password@host:port/database");
  }
  std::string settings;
  std::string host;
  std::string name;
  for (const auto& [key, value] : kDefaults) append_setting(settings, key, value);
  // A later setting wins over an earlier one.
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    append_setting(settings, option->keyword, option->val);
    if (std::string_view(option->keyword) == "host") host = option->val;
    if (std::string_view(option->keyword) == "dbname") name = option->val;
  }
  Target target;
  target.engine = Engine::kPostgresql;
  target.connection_string = Secret(std::move(settings));
  target.shown = fmt::format("the PostgreSQL database '{}'{}", name, host.empty() ? "" : " on " + host);
  return target;
}

}  // namespace

Target parse_url(std::string_view url) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (url.starts_with(kSqlite)) return parse_sqlite(url.substr(kSqlite.size()));
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) return parse_postgresql(url);
  throw Error(ErrorKind::kInvalid, "a database URL starts with sqlite:/ or postgresql://");
}

}  // namespace strata::database
