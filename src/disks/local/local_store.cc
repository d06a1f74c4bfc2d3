#include "strata/disks/local/local_store.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/tree/readers.h"
#include "strata/vfs/publish.h"

namespace strata::disks {
namespace {

constexpr std::string_view kIndexExtension = "index";

vfs::Path path_of(const std::string& name) {
  return vfs::Path() / name;
}

/// The backup in "<uuid>.<extension>", as we and the reference write it: canonical text, nothing before it.
std::optional<BackupId> backup_in(std::string_view name, std::string_view extension) {
  const std::string suffix = "." + std::string(extension);
  if (!name.ends_with(suffix)) return std::nullopt;
  const std::string_view text = name.substr(0, name.size() - suffix.size());
  const std::optional<BackupId> backup = BackupId::parse(text);
  if (!backup || backup->text() != text) return std::nullopt;
  return backup;
}

std::optional<LocalArchive> archive_in(std::string_view name) {
  const std::optional<archive::ArchiveFormat> format = archive::format_of_file(name);
  if (!format) return std::nullopt;
  const std::optional<BackupId> backup = backup_in(name, archive::info(*format).extension);
  if (!backup) return std::nullopt;
  return LocalArchive{*backup, *format};
}

}  // namespace

std::string LocalStore::archive_name(const LocalArchive& archive) {
  return fmt::format("{}.{}", archive.backup.text(), archive::info(archive.format).extension);
}

std::string LocalStore::index_name(BackupId backup) {
  return fmt::format("{}.{}", backup.text(), kIndexExtension);
}

std::optional<LocalArchive> LocalStore::find(BackupId backup) const {
  for (const archive::FormatInfo& format : archive::all_formats()) {
    const LocalArchive archive{backup, format.format};
    const std::optional<vfs::Stat> stat = directory_.find(path_of(archive_name(archive)));
    if (stat && stat->type == vfs::Type::kRegular) return archive;
  }
  return std::nullopt;
}

std::vector<LocalArchive> LocalStore::list() const {
  std::map<BackupId, archive::ArchiveFormat> found;
  for (const vfs::ListedName& listed : directory_.list()) {
    if (listed.type && *listed.type != vfs::Type::kRegular) continue;
    const std::optional<LocalArchive> archive = archive_in(listed.name);
    if (!archive) continue;
    const auto [place, added] = found.emplace(archive->backup, archive->format);
    if (!added) place->second = std::min(place->second, archive->format);
  }
  std::vector<LocalArchive> archives;
  for (const auto& [backup, format] : found) archives.push_back({backup, format});
  return archives;
}

LocalStore::Opened LocalStore::open(const LocalArchive& archive, const Wrap& wrap) const {
  const std::string name = archive_name(archive);
  std::shared_ptr<const tree::RangedReader> bytes =
      std::make_shared<tree::FileReader>(directory_.open_file(path_of(name)));
  const Bytes size = bytes->size();
  if (wrap) bytes = wrap(std::move(bytes));

  std::optional<archive::IndexSidecar> sidecar;
  const vfs::Path index = path_of(index_name(archive.backup));
  if (archive.format == archive::ArchiveFormat::kTar && directory_.exists(index)) {
    sidecar = archive::open_index_sidecar(std::make_shared<tree::FileReader>(directory_.open_file(index)));
    // A plain tar checks nothing by itself. With an index that does not fit we will not guess which of the two is
    // right.
    if (sidecar->seal.size != size) {
      throw Error(ErrorKind::kCorrupt,
                  fmt::format("'{}' has {} bytes, its index '{}' says {}: one of them is not what was stored", name,
                              size, index.bytes(), sidecar->seal.size));
    }
  }
  archive::ArchiveFile file(bytes, archive.format, sidecar ? sidecar->blob : nullptr, directory_.duplicate());
  return {std::move(file), std::move(bytes), sidecar ? std::make_optional(sidecar->seal) : std::nullopt};
}

void LocalStore::remove(BackupId backup) const {
  while (const std::optional<LocalArchive> archive = find(backup)) {
    vfs::remove_durably(directory_, path_of(archive_name(*archive)));
  }
  vfs::remove_durably(directory_, path_of(index_name(backup)));
}

LocalStore::Leftovers LocalStore::leftovers() const {
  Leftovers leftovers;
  std::set<BackupId> archives;
  std::set<BackupId> indexes;
  for (const vfs::ListedName& listed : directory_.list()) {
    if (listed.name.starts_with(vfs::kTemporaryPrefix)) {
      leftovers.temporaries.push_back(listed.name);
    } else if (const auto backup = backup_in(listed.name, kIndexExtension)) {
      indexes.insert(*backup);
    } else if (const auto archive = archive_in(listed.name)) {
      archives.insert(archive->backup);
    }
  }
  std::ranges::set_difference(indexes, archives, std::back_inserter(leftovers.indexes_without_archive));
  return leftovers;
}

}  // namespace strata::disks
