#include "strata/wings/volumes/directory_volumes.h"

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/vfs/real_path.h"
#include "strata/wings/volumes/user_lookup.h"

namespace strata::wings {
namespace {

constexpr std::uint32_t kServerMode = 0755;

bool is_canonical(const std::string& path) {
  return path.size() > 1 && path.front() == '/' && path.back() != '/' && path.find("//") == std::string::npos &&
         (path + "/").find("/./") == std::string::npos && (path + "/").find("/../") == std::string::npos &&
         path.find('\0') == std::string::npos && path.size() <= vfs::kMaxPathBytes;
}

}  // namespace

bool is_path_within(const std::string& path, const std::string& ancestor) {
  return path == ancestor || (path.starts_with(ancestor) && (ancestor.ends_with('/') || path[ancestor.size()] == '/'));
}

DirectoryVolumes::DirectoryVolumes(vfs::Kernel& kernel, const ConfigurationStore& configuration,
                                   vfs::Privileged& privileged)
    : kernel_(kernel), configuration_(configuration), privileged_(privileged) {}

std::string DirectoryVolumes::adopted_path(const std::string& path) const {
  if (!is_canonical(path))
    throw Error(ErrorKind::kRefused,
                fmt::format("'{}' is not an absolute path without '.', '..' and doubled slashes", path));
  const auto configuration = configuration_.snapshot();
  const auto refuse = [&](std::string_view why) {
    return Error(ErrorKind::kRefused,
                 fmt::format("the node does not adopt '{}': {}. Its administrator can allow a folder above it in "
                             "system.extra_roots: run `strata wings allow PATH` on the node",
                             path, why));
  };

  // Links are resolved before the comparison: a link beneath an allowed folder must not lead to /etc.
  std::string real;
  try {
    real = vfs::real_path(vfs::Directory::open_trusted(kernel_, path));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
    throw Error(ErrorKind::kNotFound, fmt::format("there is no directory '{}' on the node (adopted directories lie "
                                                  "beneath system.extra_roots and are never made)",
                                                  path));
  }
  if (real != path) throw refuse(fmt::format("it leads through a link to '{}'", real));
  const auto& system = configuration->system;
  for (const auto& ours : {system.data, system.backup_directory, configuration->state_directory}) {
    if (is_path_within(real, ours) || is_path_within(ours, real))
      throw refuse("it overlaps a directory of the node itself");
  }
  for (const auto& root : system.extra_roots) {
    if (real != root && is_path_within(real, root)) return real;
  }
  throw refuse(system.extra_roots.empty() ? "system.extra_roots is empty"
                                          : "it does not lie beneath any of system.extra_roots");
}

std::string DirectoryVolumes::path_of(const wire::RemoteServerSettings& server) const {
  if (server.path) return adopted_path(*server.path);
  return configuration_.snapshot()->system.data + "/" + server.uuid.text();
}

void DirectoryVolumes::ensure(const wire::RemoteServerSettings& server) {
  if (server.path) {
    adopted_path(*server.path);
    return;
  }
  const auto data = vfs::Directory::create_trusted(kernel_, configuration_.snapshot()->system.data);
  const auto name = vfs::Path::parse(server.uuid.text());
  const auto found = data.find(name);
  if (found && found->type == vfs::Type::kDirectory) return;
  if (found)
    throw Error(ErrorKind::kConflict,
                fmt::format("'{}' exists in the node's data directory and is not a directory", name.bytes()));
  data.make_directory(name, kServerMode);
  const auto owner = owner_rule(server);
  if (owner.kind == tree::OwnerRule::Kind::kServer) privileged_.change_owner(data, name, owner.uid, owner.gid);
  data.sync();
}

void DirectoryVolumes::destroy(const wire::RemoteServerSettings& server) {
  if (server.path) return;
  const auto data = vfs::Directory::open_trusted(kernel_, configuration_.snapshot()->system.data);
  const auto name = vfs::Path::parse(server.uuid.text());
  // Staging and undo areas first: while the root is there, a crash leaves something that a second try finds.
  data.remove_tree(vfs::Path::parse(std::string(tree::kWorkspaceName)) / server.uuid.text());
  data.remove_tree(name);
  data.sync();
}

vfs::Directory DirectoryVolumes::open(const wire::RemoteServerSettings& server) const {
  if (server.path) return vfs::Directory::open_trusted(kernel_, adopted_path(*server.path));
  return vfs::Directory::open_trusted(kernel_, configuration_.snapshot()->system.data)
      .open_directory(vfs::Path::parse(server.uuid.text()));
}

tree::LiveRoot DirectoryVolumes::live_root(const wire::RemoteServerSettings& server) const {
  return tree::inspect_live_root(kernel_, path_of(server));
}

tree::OwnerRule DirectoryVolumes::owner_rule(const wire::RemoteServerSettings& server) const {
  if (!privileged_.can_change_owner()) return {.kind = tree::OwnerRule::Kind::kProcess};
  const bool preserve = server.owners ? *server.owners == "preserve" : server.path.has_value();
  if (preserve) return {.kind = tree::OwnerRule::Kind::kPreserve};
  const auto configuration = configuration_.snapshot();
  const auto& user = configuration->system.user;
  if (user.uid) return {.kind = tree::OwnerRule::Kind::kServer, .uid = *user.uid, .gid = user.gid.value_or(*user.uid)};
  const auto account = find_user(configuration->system.username);
  // A node without that account (a machine of one person) keeps what it writes as its own.
  if (!account) return {.kind = tree::OwnerRule::Kind::kProcess};
  return {.kind = tree::OwnerRule::Kind::kServer, .uid = account->uid, .gid = account->gid};
}

std::optional<Bytes> DirectoryVolumes::limit(const wire::RemoteServerSettings& server) const {
  if (server.build.disk_space <= 0) return std::nullopt;
  return static_cast<Bytes>(server.build.disk_space) * 1_MiB;
}

}  // namespace strata::wings
