#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/units.h"

namespace strata::vfs {

/// What a power cut leaves of the things that were not synced.
enum class PowerLoss {
  kDropUnsynced,      ///< nothing: only what a sync has promised
  kKeepAll,           ///< everything, as if it had all been written in time
  kNamesWithoutData,  ///< every name, no byte: files of zero length after a rename (ext4, delayed allocation)
  kRandom,            ///< a random subset of name changes, and of the 512-byte sectors of each file
};

/// The disk beneath a tree as an honest one would hold it at this moment. A file is its durable bytes and the ordered
/// writes since; a directory its durable names and the ordered changes since. Syncing a file makes its bytes durable,
/// not its name; syncing a directory makes the changes of its names durable, together with the earlier changes they
/// build on (same name or same object: no journal writes an effect without its cause). A rename is one change, also
/// across directories. A failed sync forgets the unsynced bytes, as the page cache does: a later sync has nothing left
/// to write and succeeds. Modes, owners, times, attributes and what an ioctl
/// does (clones) are not modelled.
///
/// Everything is kept in memory: for trees of a test's size. One thread (FaultKernel locks).
class DurabilityModel {
 public:
  struct Inode {
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    auto operator<=>(const Inode&) const = default;
  };
  enum class Kind { kFile, kDirectory, kSymlink, kOther };

  /// Takes what is at `root` now, read with plain calls, as durable.
  explicit DurabilityModel(const std::string& root);

  // What happened, told after the real call has succeeded. Things outside the tree are ignored.
  void made(Inode parent, const std::string& name, Inode made, Kind kind, std::string link_target = {});
  void made_unnamed(Inode made);
  void linked(Inode object, Inode parent, const std::string& name);
  void removed(Inode parent, const std::string& name);
  void renamed(Inode from, const std::string& from_name, Inode to, const std::string& to_name);
  void exchanged(Inode a, const std::string& a_name, Inode b, const std::string& b_name);
  void wrote(Inode file, Bytes offset, std::string bytes);
  void resized(Inode file, Bytes size);
  void synced(Inode object);
  void synced_all();
  void sync_failed(Inode object);
  void sync_failed_all();

  /// Builds in `destination` (an existing empty directory) what is found after the power came back. `seed` is for
  /// kRandom: the same seed gives the same tree.
  void materialise(const std::string& destination, PowerLoss policy, std::uint64_t seed) const;

 private:
  using ObjectId = std::uint64_t;
  using Names = std::map<std::string, ObjectId>;
  struct Write {
    Bytes offset = 0;
    std::string bytes;
    std::optional<Bytes> resize;  ///< a change of size instead
  };
  struct Object {
    Kind kind = Kind::kOther;
    std::string durable;  ///< bytes of a file, target of a link
    std::vector<Write> unsynced;
    Names live_names;
    Names durable_names;
  };
  struct Assignment {
    ObjectId directory = 0;
    std::string name;
    std::optional<ObjectId> object;  ///< absent: the name goes away
  };
  using Change = std::vector<Assignment>;  ///< one atomic change of names
  using Random = std::function<bool()>;

  ObjectId add(Inode inode, Kind kind);
  void adopt(ObjectId directory, const std::string& path);
  std::optional<ObjectId> find(Inode inode) const;
  std::optional<ObjectId> named(ObjectId directory, const std::string& name) const;
  void record(Change change);
  std::vector<bool> with_causes(const std::function<bool(const Change&)>& wanted) const;
  std::string content_after(const Object& file, PowerLoss policy, const Random& random) const;
  void build(ObjectId directory, const std::map<ObjectId, Names>& names, const std::string& path, PowerLoss policy,
             const Random& random) const;

  ObjectId root_ = 0;
  std::map<Inode, ObjectId> by_inode_;  ///< the object that has the number now: numbers are used again
  std::map<ObjectId, Object> objects_;
  std::vector<Change> changes_;
};

}  // namespace strata::vfs
