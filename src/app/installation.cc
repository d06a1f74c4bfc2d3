#include "strata/app/installation.h"

#include <boost/json.hpp>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/vfs/publish.h"

namespace strata::app {
namespace {

constexpr const char* kFile = "up.json";
constexpr Bytes kMaxFile = 64_KiB;

}  // namespace

std::optional<Installation> load_installation(const vfs::Directory& data) {
  const auto path = vfs::Path::parse(kFile);
  if (!data.exists(path)) return std::nullopt;
  try {
    const auto value = describe::parse_json(vfs::read_small_file(data, path, kMaxFile));
    const auto& object = value.as_object();
    const auto text = [&](std::string_view name) { return std::string(object.at(name).as_string()); };
    return Installation{.username = text("username"),
                        .password = Secret(text("password")),
                        .api_key = Secret(text("api_key")),
                        .location = text("location"),
                        .node = text("node"),
                        .server = text("server"),
                        .sample_done = object.at("sample_done").as_bool()};
  } catch (const std::exception&) {
    throw Error(ErrorKind::kCorrupt,
                "up.json in the data directory is damaged: put a copy back, or use another --data directory");
  }
}

void save_installation(const vfs::Directory& data, const Installation& installation) {
  const boost::json::object object{{"username", installation.username},
                                   {"password", installation.password.reveal()},
                                   {"api_key", installation.api_key.reveal()},
                                   {"location", installation.location},
                                   {"node", installation.node},
                                   {"server", installation.server},
                                   {"sample_done", installation.sample_done}};
  vfs::publish_replacing(data, kFile, boost::json::serialize(object) + "\n");
}

}  // namespace strata::app
