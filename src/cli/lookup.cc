#include "strata/cli/lookup.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/id.h"
#include "strata/cli/output.h"
#include "strata/http/url.h"

namespace strata::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxItems = 10'000;
/// Code points that the Panel takes as a search; names may be longer.
constexpr std::size_t kLongestSearch = 128;

std::string text_at(const json::value& object, std::string_view key) {
  const auto* value = find_path(object, key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool looks_like_id(std::string_view typed) {
  return typed.size() >= 4 && std::all_of(typed.begin(), typed.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
         });
}

std::string pick(const json::array& items, std::string_view noun, std::string_view typed) {
  std::vector<std::string> found;
  for (const auto& item : items) {
    if (text_at(item, "name") == typed) found.push_back(text_at(item, "uuid"));
  }
  if (found.empty() && looks_like_id(typed)) {
    for (const auto& item : items) {
      if (text_at(item, "uuid").starts_with(typed)) found.push_back(text_at(item, "uuid"));
    }
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) throw Error(ErrorKind::kNotFound, fmt::format("there is no {} '{}'", noun, typed));
  std::string list;
  for (const auto& uuid : found) list += (list.empty() ? "" : ", ") + uuid;
  throw Error(ErrorKind::kInvalid,
              fmt::format("'{}' fits several of this kind ({}): give one of {}", typed, noun, list));
}

}  // namespace

json::array list_all(Api& api, std::string_view path, std::string_view list_key, std::string_view search) {
  json::array all;
  for (std::size_t page = 1;; ++page) {
    std::string target = fmt::format("{}?per_page=100&page={}", path, page);
    if (!search.empty()) target += "&search=" + http::percent_encode(search);
    const auto answer = api.get(target);
    const auto* data = find_path(answer, std::string(list_key) + ".data");
    if (data == nullptr || !data->is_array())
      throw Error(ErrorKind::kInternal, fmt::format("the Panel's answer has no {}.data", list_key));
    for (const auto& item : data->get_array()) all.push_back(item);
    if (data->get_array().size() < 100 || all.size() >= kMaxItems) return all;
  }
}

std::string find_id(Api& api, const Resource& resource, std::string_view typed) {
  if (const auto uuid = Uuid::parse(typed)) return uuid->text();
  const bool can_be_searched = !looks_like_id(typed) && code_points(typed) <= kLongestSearch;
  return pick(list_all(api, resource.path, resource.list_key, can_be_searched ? typed : std::string_view()),
              resource.noun, typed);
}

std::string find_server(Api& api, std::string_view typed) {
  if (const auto uuid = Uuid::parse(typed)) return uuid->text();
  const bool short_id = typed.size() == 8 && looks_like_id(typed);
  try {
    return find_id(api, kServers, typed);
  } catch (const Error& error) {
    if (short_id && (error.kind() == ErrorKind::kUnauthorized || error.kind() == ErrorKind::kForbidden))
      return std::string(typed);
    throw;
  }
}

std::string find_backup(Api& api, std::string_view server, std::string_view typed) {
  if (const auto uuid = Uuid::parse(typed)) return uuid->text();
  const auto backups = list_all(api, fmt::format("/api/client/servers/{}/backups", server), "backups");
  if (typed != "latest") return pick(backups, "backup", typed);
  std::string newest;
  for (const auto& backup : backups) {
    const auto* successful = find_path(backup, "is_successful");
    const bool is_usable = successful != nullptr && successful->is_bool() && successful->get_bool() &&
                           text_at(backup, "deletion_status").empty();
    if (is_usable) newest = text_at(backup, "uuid");
  }
  if (newest.empty()) throw Error(ErrorKind::kNotFound, "this server has no completed backup yet");
  return newest;
}

}  // namespace strata::cli
