#include "strata/wings/configuration/configuration_store.h"

#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/vfs/publish.h"
#include "strata/wings/configuration/configuration_patch.h"
#include "strata/wings/configuration/yaml.h"

namespace strata::wings {
namespace {

struct FilePlace {
  vfs::Directory directory;
  std::string name;
};

FilePlace place_of(vfs::Kernel& kernel, const std::string& path, bool create_directory) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos || path.front() != '/' || slash + 1 == path.size()) {
    throw Error(ErrorKind::kInvalid, fmt::format("configuration file '{}': the path must be absolute", path));
  }
  const auto directory = slash == 0 ? std::string("/") : path.substr(0, slash);
  return {create_directory ? vfs::Directory::create_trusted(kernel, directory)
                           : vfs::Directory::open_trusted(kernel, directory),
          path.substr(slash + 1)};
}

std::string read_text(vfs::Kernel& kernel, const std::string& path) {
  try {
    const auto place = place_of(kernel, path, false);
    return vfs::read_small_file(place.directory, vfs::Path::parse(place.name), kMaxConfigurationBytes);
  } catch (const Error& error) {
    throw error.with_context(fmt::format("configuration file '{}'", path));
  }
}

/// The text, or nothing when there is no such file.
std::string read_text_if_there(const FilePlace& place) {
  const auto name = vfs::Path::parse(place.name);
  if (!place.directory.exists(name)) return {};
  return vfs::read_small_file(place.directory, name, kMaxConfigurationBytes);
}

Configuration parse_file(const std::string& path, std::string_view text) {
  try {
    return parse_configuration(text);
  } catch (const Error& error) {
    throw error.with_context(path);
  }
}

}  // namespace

ConfigurationStore::ConfigurationStore(vfs::Kernel& kernel, std::string path)
    : kernel_(&kernel),
      path_(std::move(path)),
      current_(std::make_shared<const Configuration>(parse_file(path_, read_text(kernel, path_)))) {}

ConfigurationStore::ConfigurationStore(Configuration values)
    : current_(std::make_shared<const Configuration>(std::move(values))) {}

ConfigurationStore::~ConfigurationStore() = default;

void ConfigurationStore::write(vfs::Kernel& kernel, const std::string& path, const Configuration& values) {
  const auto place = place_of(kernel, path, true);
  vfs::publish_replacing(place.directory, place.name, render_configuration(values, read_text_if_there(place)));
}

void ConfigurationStore::import_reference(vfs::Kernel& kernel, const std::string& source, const std::string& path) {
  const auto text = read_text(kernel, source);
  const auto rendered = render_configuration(parse_file(source, text), text);
  const auto place = place_of(kernel, path, true);
  vfs::publish(place.directory, place.name, as_bytes(rendered));
}

ConfigurationStore::Snapshot ConfigurationStore::snapshot() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

ConfigurationStore::Snapshot ConfigurationStore::apply_patch(const boost::json::value& patch) {
  const std::lock_guard changing(changing_);
  const auto current = snapshot();
  if (current->ignore_panel_config_updates) {
    throw Error(ErrorKind::kRefused,
                "this node takes no changes of its configuration from the Panel (ignore_panel_config_updates)");
  }
  return save(patched_configuration(*current, patch));
}

ConfigurationStore::Snapshot ConfigurationStore::edit(const std::function<void(Configuration&)>& change) {
  const std::lock_guard changing(changing_);
  auto next = *snapshot();
  change(next);
  return save(checked_configuration(next));
}

ConfigurationStore::Snapshot ConfigurationStore::save(Configuration next) {
  if (kernel_ != nullptr) write(*kernel_, path_, next);
  auto shared = std::make_shared<const Configuration>(std::move(next));
  const std::lock_guard lock(mutex_);
  current_ = shared;
  return shared;
}

}  // namespace strata::wings
