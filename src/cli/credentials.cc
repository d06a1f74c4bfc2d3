#include "strata/cli/credentials.h"

#include <cstdlib>

#include <boost/json.hpp>

#include "strata/base/error.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/publish.h"

namespace strata::cli {
namespace {

constexpr Bytes kMaxFile = 64_KiB;

std::pair<std::string, std::string> split(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos || slash == 0) {
    throw Error(ErrorKind::kInvalid,
                "the credentials file '" + path + "' needs an absolute path: set STRATA_CREDENTIALS or HOME");
  }
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string without_trailing_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

/// nullopt when the file is damaged.
std::optional<Credentials> read_file(std::string_view text) {
  boost::system::error_code failure;
  const auto parsed = boost::json::parse(text, failure);
  const auto* object = failure ? nullptr : parsed.if_object();
  const auto* url = object == nullptr ? nullptr : object->if_contains("url");
  const auto* key = object == nullptr ? nullptr : object->if_contains("api_key");
  if (url == nullptr || !url->is_string() || key == nullptr || !key->is_string()) return std::nullopt;
  return Credentials{.url = without_trailing_slash(std::string(url->get_string())),
                     .api_key = Secret(std::string(key->get_string()))};
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value =
        std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing in this program changes the environment
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

std::string credentials_path(const Environment& environment) {
  if (auto path = environment("STRATA_CREDENTIALS")) return *path;
  if (auto base = environment("XDG_CONFIG_HOME")) return *base + "/strata/credentials.json";
  return environment("HOME").value_or("") + "/.config/strata/credentials.json";
}

Credentials load_credentials(vfs::Kernel& kernel, const Environment& environment) {
  const auto url = environment("STRATA_URL");
  const auto key = environment("STRATA_API_KEY");
  if (url && key) return {without_trailing_slash(*url), Secret(*key)};
  const std::string path = credentials_path(environment);
  const auto [folder, name] = split(path);
  std::string text;
  try {
    text = vfs::read_small_file(vfs::Directory::open_trusted(kernel, folder), vfs::Path::parse(name), kMaxFile);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    throw Error(ErrorKind::kUnauthorized,
                "not signed in: run `strata login URL`, or set STRATA_URL and STRATA_API_KEY");
  }
  const auto stored = read_file(text);
  if (!stored)
    throw Error(ErrorKind::kInvalid, "the credentials file '" + path + "' is damaged: run `strata login URL` again");
  const auto panel = url ? without_trailing_slash(*url) : stored->url;
  if (!key && panel != stored->url) {
    throw Error(ErrorKind::kUnauthorized,
                "STRATA_URL names another Panel than the stored key is for: set STRATA_API_KEY too");
  }
  return {panel, key ? Secret(*key) : stored->api_key};
}

void save_credentials(vfs::Kernel& kernel, const Environment& environment, const Credentials& credentials) {
  const auto [folder, name] = split(credentials_path(environment));
  const auto directory = vfs::Directory::create_trusted(kernel, folder);
  const boost::json::object object{{"url", credentials.url}, {"api_key", credentials.api_key.reveal()}};
  vfs::publish_replacing(directory, name, boost::json::serialize(object) + "\n", 0600);
}

}  // namespace strata::cli
