#include "strata/tree/staging.h"

#include <unordered_set>
#include <utility>

#include "strata/base/cancel.h"
#include "strata/base/error.h"
#include "strata/tree/restore/attribute_rules.h"
#include "strata/tree/restore/deferred_entries.h"
#include "strata/tree/restore/path_text.h"
#include "strata/tree/restore/staged_content.h"
#include "strata/tree/restore/swap_plan.h"

namespace strata::tree {

namespace {

constexpr std::uint32_t kImpliedMode = 0755;
constexpr std::uint32_t kOwnerMaySearch = 0100;
/// A backup that describes nothing and names folders only on the way to files is foreign; ours describe each.
constexpr std::size_t kMaxImplied = 1'000'000;

Error damaged(const vfs::Path& path, std::string_view how) {
  return Error(ErrorKind::kCorrupt, "the backup is damaged: " + in_quotes(path) + " " + std::string(how));
}

vfs::Path own_name(const vfs::Path& path) {
  return vfs::Path() / path.name();
}

/// What is restored of an entry: the backup's record, which has all fields, once the stream agrees with it.
Entry agreed(const Entry& entry, const Entry* recorded) {
  if (recorded == nullptr) return entry;
  const bool same_link = !entry.is_symlink() || entry.link_target == recorded->link_target;
  const bool same_size = !entry.is_regular() || entry.hard_link || entry.size == recorded->size;
  if (entry.type != recorded->type || !same_link || !same_size) {
    throw damaged(entry.path, "is not what its file list says");
  }
  Entry result = *recorded;
  result.path = entry.path;
  result.hard_link = entry.hard_link;
  return result;
}

/// Makes a name; nothing but a folder may come twice.
template <class Make>
void once(const vfs::Path& path, Make make) {
  try {
    make();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kConflict) throw;
    throw damaged(path, "is in it twice");
  }
}

void check_or_damaged(const Entry& entry) {
  try {
    check_entry(entry);
  } catch (const Error& error) {
    throw Error(ErrorKind::kCorrupt, "the backup is damaged: " + error.message());
  }
}

vfs::Directory make_area(const vfs::Directory& workspace, OperationId operation) {
  const vfs::Path name = vfs::Path() / operation.text();
  if (workspace.exists(name)) {
    throw Error(ErrorKind::kConflict, "restore " + operation.text() + " has begun already");
  }
  workspace.make_directory(name, 0700);
  vfs::Directory area = workspace.open_directory(name);
  area.make_directory(vfs::Path() / kTreeName, 0700);
  return area;
}

}  // namespace

struct Staging::Implementation {
  Implementation(const LiveRoot& live_root, OperationId operation_id, OwnerRule owner,
                 vfs::Privileged& privileged_verbs, Warnings& warnings_list, StagingLimits staging_limits)
      : workspace(live_root.workspace()),
        operation(operation_id),
        privileged(privileged_verbs),
        warnings(warnings_list),
        limits(staging_limits),
        area(make_area(workspace, operation)),
        root(area.open_directory(vfs::Path() / kTreeName)),
        links(area),
        directories(area),
        rules(owner, created_owner(root), privileged, warnings),
        parent(root.duplicate()) {}

  static Owner created_owner(const vfs::Directory& made) {
    const vfs::Stat stat = made.stat({});
    return {stat.uid, stat.gid};
  }

  vfs::Directory workspace;
  OperationId operation;
  vfs::Privileged& privileged;
  Warnings& warnings;
  StagingLimits limits;
  vfs::Directory area;
  vfs::Directory root;
  DeferredEntries links;
  DeferredEntries directories;
  AttributeRules rules;
  ContentCopier copier;
  /// The folder of the latest entry, held open: streams give the entries of a folder one after the other.
  vfs::Directory parent;
  vfs::Path parent_path;
  std::unordered_set<std::uint64_t> implied;  ///< inodes
  std::uint64_t entries = 0;
  Bytes bytes = 0;
  bool links_made = false;
  bool sealed = false;

  void add(const Entry& given, EntryStream& content, const Entry* recorded,
           const std::function<void(Bytes)>& on_bytes) {
    if (sealed || links_made) throw Error(ErrorKind::kInternal, "an entry was added to a staged tree that is complete");
    if (is_in_workspace(given.path)) {
      warnings.add(given.path.bytes(), "not restored: the name is reserved for restores");
      return;
    }
    const Entry entry = agreed(given, recorded);
    check_or_damaged(entry);
    enter(entry.path.parent());
    switch (entry.type) {
      case vfs::Type::kDirectory:
        add_directory(entry);
        break;
      case vfs::Type::kSymlink:
        count_entry();
        links.add({.entry = entry});
        break;
      case vfs::Type::kRegular:
        count_entry();
        entry.hard_link ? add_hard_link(entry) : add_file(entry, content, on_bytes);
        break;
      default:
        throw Error(ErrorKind::kInternal, "an entry of a type that is never stored");
    }
  }

  void count_entry() {
    if (++entries > limits.entries) {
      throw Error(ErrorKind::kTooLarge,
                  "the backup holds more than " + std::to_string(limits.entries) + " entries: it is not restored");
    }
  }

  void enter(const vfs::Path& path) {
    if (path == parent_path) return;
    try {
      parent = root.open_directory(path);
    } catch (const Error&) {
      make_implied(path);
      parent = root.open_directory(path);
    }
    parent_path = path;
  }

  void make_implied(const vfs::Path& path) {
    vfs::Path step;
    for (const auto component : path.components()) {
      step = step / component;
      const auto found = root.find(step);
      if (found && found->type == vfs::Type::kDirectory) continue;
      if (found) throw damaged(path, "lies beneath something that is not a folder");
      if (implied.size() == kMaxImplied) {
        throw Error(ErrorKind::kTooLarge, "the backup names more than a million folders without describing them");
      }
      root.make_directory(step, 0700);
      implied.insert(root.stat(step).inode);
      Entry entry;
      entry.path = step;
      entry.type = vfs::Type::kDirectory;
      entry.mode = kImpliedMode;
      directories.add({.entry = std::move(entry), .implied = true});
    }
  }

  void add_directory(const Entry& entry) {
    const vfs::Path name = own_name(entry.path);
    if (const auto found = parent.find(name)) {
      if (found->type != vfs::Type::kDirectory) throw damaged(entry.path, "is in it twice");
      if (implied.erase(found->inode) > 0) count_entry();
    } else {
      count_entry();
      parent.make_directory(name, 0700);
    }
    directories.add({.entry = entry});
  }

  void add_hard_link(const Entry& entry) {
    const auto target = root.find(*entry.hard_link);
    if (!target || target->type != vfs::Type::kRegular) {
      throw damaged(entry.path, "is a hard link to " + in_quotes(*entry.hard_link) + ", which is not before it");
    }
    once(entry.path, [&] { root.make_hard_link(*entry.hard_link, entry.path); });
  }

  void add_file(const Entry& entry, EntryStream& content, const std::function<void(Bytes)>& on_bytes) {
    if (entry.size > limits.bytes || bytes > limits.bytes - entry.size) {
      throw Error(ErrorKind::kTooLarge, "the backup holds more than the " + human_bytes(limits.bytes) +
                                            " that may be restored here: it is not restored");
    }
    const vfs::Path name = own_name(entry.path);
    vfs::File file;
    once(entry.path, [&] { file = parent.create_file(name); });
    copier.copy(entry, content, file, on_bytes);
    bytes += entry.size;
    // The owner first: changing it clears mode bits. The mode after the access control list, whose mask it sets.
    if (const auto owner = rules.owner(entry)) privileged.change_owner(parent, name, owner->uid, owner->gid);
    rules.set_attributes(file, entry.path, rules.attributes(entry));
    file.set_mode(rules.mode(entry));
    file.set_mtime(entry.mtime_ns);
  }

  void make_links() {
    if (std::exchange(links_made, true)) return;
    links.for_each([&](const Deferred& deferred) {
      const Entry& link = deferred.entry;
      enter(link.path.parent());
      const vfs::Path name = own_name(link.path);
      once(link.path, [&] { parent.make_symlink(name, link.link_target); });
      if (const auto owner = rules.owner(link)) privileged.change_owner(parent, name, owner->uid, owner->gid);
      parent.set_mtime(name, link.mtime_ns);
      if (!link.attributes.empty()) {
        warnings.add(link.path.bytes(), "restored without extended attributes: symbolic links cannot have them");
      }
    });
  }

  /// A folder that its owner may not search is closed last: without root rights nothing in it can be reached then.
  void finish_directories() {
    directories.for_each([&](const Deferred& deferred) {
      const Entry& directory = deferred.entry;
      const auto owner = deferred.implied ? rules.owner_of_implied() : rules.owner(directory);
      if (owner) privileged.change_owner(root, directory.path, owner->uid, owner->gid);
      if (const auto attributes = rules.attributes(directory); !attributes.empty()) {
        vfs::File opened = root.open_file(directory.path);
        rules.set_attributes(opened, directory.path, attributes);
      }
      root.set_mode(directory.path, rules.mode(directory) | kOwnerMaySearch);
      if (!deferred.implied) root.set_mtime(directory.path, directory.mtime_ns);
    });
    directories.for_each_reversed([&](const Deferred& deferred) {
      const Entry& directory = deferred.entry;
      if ((directory.mode & kOwnerMaySearch) != 0) return;
      // Unless a later entry for the same folder has set another mode.
      const std::uint32_t now = root.stat(directory.path).mode;
      const std::uint32_t bits = now & ~kOwnerMaySearch;
      if (now == bits || (directory.mode & 0777) != (bits & 0777)) return;
      root.set_mode(directory.path, bits);
    });
  }

  void check_is_staged(const Entry& recorded) const {
    const auto found = root.find(recorded.path);
    if (!found) throw damaged(recorded.path, "is in its file list but not in it");
    const bool same_size = !recorded.is_regular() || found->size == recorded.size;
    const bool same_link = !recorded.is_symlink() || root.read_link(recorded.path) == recorded.link_target;
    if (found->type != recorded.type || !same_size || !same_link) {
      throw damaged(recorded.path, "is not what its file list says");
    }
  }
};

Staging::Staging(const LiveRoot& root, OperationId operation, OwnerRule owner, vfs::Privileged& privileged,
                 Warnings& warnings, StagingLimits limits)
    : implementation_(std::make_unique<Implementation>(root, operation, owner, privileged, warnings, limits)) {}

Staging::~Staging() = default;

void Staging::add(const Entry& entry, EntryStream& content, const Entry* recorded) {
  implementation_->add(entry, content, recorded, [](Bytes) {});
}

void Staging::add_all(EntryStream& stream, const Recorded& recorded, const std::function<void(Bytes)>& on_bytes,
                      const std::stop_token& stop) {
  const auto on_piece = [&](Bytes bytes) {
    throw_if_stopped(stop);
    if (on_bytes) on_bytes(bytes);
  };
  while (const auto entry = stream.next()) {
    throw_if_stopped(stop);
    std::optional<Entry> known;
    if (recorded && !is_in_workspace(entry->path)) {
      known = recorded(entry->path);
      if (!known) throw damaged(entry->path, "is in it but not in its file list");
    }
    implementation_->add(*entry, stream, known ? &*known : nullptr, on_piece);
  }
}

void Staging::verify_complete(const IndexReader& index) {
  implementation_->make_links();
  std::uint64_t known = 0;
  index.for_each([&](const Entry& recorded) {
    if (is_in_workspace(recorded.path)) return true;
    implementation_->check_is_staged(recorded);
    ++known;
    return true;
  });
  if (known != entries()) {
    throw Error(ErrorKind::kCorrupt, "the backup is damaged: it holds " + std::to_string(entries()) +
                                         " entries, its file list has " + std::to_string(known));
  }
}

void Staging::seal() {
  implementation_->make_links();
  implementation_->finish_directories();
  implementation_->area.sync_file_system();
  implementation_->sealed = true;
}

void Staging::discard() {
  if (implementation_->area.exists(vfs::Path() / kPlanName)) return;
  implementation_->workspace.remove_tree(vfs::Path() / implementation_->operation.text());
}

const vfs::Directory& Staging::directory() const {
  return implementation_->root;
}

std::uint64_t Staging::entries() const {
  return implementation_->entries;
}

Bytes Staging::bytes() const {
  return implementation_->bytes;
}

OperationId Staging::operation() const {
  return implementation_->operation;
}

const vfs::Directory& Staging::area() const {
  return implementation_->area;
}

bool Staging::sealed() const {
  return implementation_->sealed;
}

Warnings& Staging::warnings() const {
  return implementation_->warnings;
}

vfs::Privileged& Staging::privileged() const {
  return implementation_->privileged;
}

bool Staging::is_implied(const vfs::Stat& directory) const {
  return implementation_->implied.contains(directory.inode);
}

}  // namespace strata::tree
