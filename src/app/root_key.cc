#include "strata/app/root_key.h"

#include <fmt/format.h>
#include <sys/stat.h>
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
    // vfs tells the type apart from the mode, the rule wants both.
    const std::uint32_t type = found->type == vfs::Type::kRegular ? S_IFREG : 0;
    crypto::require_private_key_file(type | found->mode, found->uid, geteuid(), file);
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
