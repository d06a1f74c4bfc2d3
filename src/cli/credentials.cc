#include "strata/cli/credentials.h"

#include <cstdlib>

#include <boost/json.hpp>

#include "strata/base/error.h"
#include "strata/describe/json.h"
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
  if (url && key) return {*url, Secret(*key)};
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
  const auto parsed = describe::parse_json(text);
  const auto* object = parsed.if_object();
  const auto* stored_url = object == nullptr ? nullptr : object->if_contains("url");
  const auto* stored_key = object == nullptr ? nullptr : object->if_contains("api_key");
  if (stored_url == nullptr || !stored_url->is_string() || stored_key == nullptr || !stored_key->is_string()) {
    throw Error(ErrorKind::kInvalid, "the credentials file '" + path + "' is damaged: run `strata login URL` again");
  }
  return {url.value_or(std::string(stored_url->get_string())),
          Secret(key.value_or(std::string(stored_key->get_string())))};
}

void save_credentials(vfs::Kernel& kernel, const Environment& environment, const Credentials& credentials) {
  const auto [folder, name] = split(credentials_path(environment));
  const auto directory = vfs::Directory::create_trusted(kernel, folder);
  const boost::json::object object{{"url", credentials.url}, {"api_key", credentials.api_key.reveal()}};
  vfs::publish_replacing(directory, name, boost::json::serialize(object) + "\n", 0600);
}

}  // namespace strata::cli
