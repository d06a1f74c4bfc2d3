#include "strata/app/root_key.h"

#include <fmt/format.h>
#include <unistd.h>

#include "strata/app/path_parts.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/vfs/directory.h"
#include "strata/vfs/publish.h"

namespace strata::app {
namespace {

constexpr Bytes kMaxKeyFile = 4096;

}  // namespace

crypto::RootKey load_root_key(vfs::Kernel& kernel, const std::string& file,
                              const std::optional<std::string>& from_environment, Log& log) {
  if (from_environment) return crypto::RootKey::parse(Secret(*from_environment));
  const auto [folder, name] = split_path(file);
  const auto directory = vfs::Directory::create_trusted(kernel, folder);
  const auto path = vfs::Path::parse(name);
  if (const auto found = directory.find(path)) {
    crypto::require_private_key_file(found->mode, found->uid, geteuid(), file);
    return crypto::RootKey::parse(Secret(vfs::read_small_file(directory, path, kMaxKeyFile)));
  }
  auto key = crypto::RootKey::generate();
  vfs::publish(directory, name, as_bytes(key.text().reveal() + "\n"));
  log.warning(fmt::format(
      "made the root key '{}': KEEP A COPY OF IT ELSEWHERE. Without it no stored credential can be opened again",
      file));
  return key;
}

}  // namespace strata::app
