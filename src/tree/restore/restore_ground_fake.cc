#include "strata/tree/restore/restore_ground_fake.h"

#include <algorithm>
#include <filesystem>

#include <linux/magic.h>
#include <sys/vfs.h>

namespace strata::tree {

namespace {

std::string base() {
  struct statfs status{};
  const bool tmpfs = ::statfs("/dev/shm", &status) == 0 && status.f_type == TMPFS_MAGIC;
  return tmpfs ? "/dev/shm" : "/tmp";
}

}  // namespace

RestoreGround::RestoreGround(std::optional<SwapKind> forced) : forced_(forced), temporary_(base()) {
  std::filesystem::create_directories(live_path());
}

void RestoreGround::begin_with(const SampleTree& tree) {
  tree.write(live_path());
}

LiveRoot RestoreGround::root(vfs::Kernel& kernel) const {
  LiveRoot root = inspect_live_root(kernel, live_path());
  if (forced_) root.swap = *forced_;
  return root;
}

std::unique_ptr<Staging> RestoreGround::stage(const LiveRoot& live, const SampleTree& backup) const {
  auto staging = std::make_unique<Staging>(live, operation, OwnerRule{}, privileged, warnings);
  const auto stream = backup.stream();
  staging->add_all(*stream, {}, {}, {});
  staging->seal();
  return staging;
}

std::string RestoreGround::live_path(std::string_view below) const {
  std::string path = servers_path() + "/" + std::string(kServer);
  if (!below.empty()) path += "/" + std::string(below);
  return path;
}

std::vector<std::string> RestoreGround::workspace_names() const {
  std::vector<std::string> names;
  const auto workspace = root().find_workspace();
  if (!workspace) return names;
  for (const auto& listed : workspace->list()) names.push_back(listed.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace strata::tree
