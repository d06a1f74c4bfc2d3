#include "strata/process/proc_scan.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/process/descriptor.h"
#include "strata/process/proc_file.h"

namespace strata::process {
namespace {

constexpr std::size_t kLongestLink = 4096;
constexpr std::size_t kShownCommandLine = 120;
/// Deeper than any path the kernel resolves; ends a walk up through a tree that is being moved meanwhile.
constexpr int kDeepest = 4096;
constexpr std::string_view kDeletedMark = " (deleted)";

/// What a file is, and through which mount it was reached: above a bind mount the way up differs.
struct Place {
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;
  std::uint64_t inode = 0;
  std::uint64_t mount = 0;
  std::uint32_t links = 0;
  bool is_directory = false;

  bool is_on_same_device(const Place& other) const {
    return device_major == other.device_major && device_minor == other.device_minor;
  }
  bool is_same_file(const Place& other) const { return is_on_same_device(other) && inode == other.inode; }
  auto key() const { return std::tuple(mount, device_major, device_minor, inode); }
};

/// Of a name in a directory, or of the open file itself when the name is empty.
std::optional<Place> place_of(int file, const char* name = "") {
  struct statx status{};
  const int flags = AT_SYMLINK_NOFOLLOW | (*name == '\0' ? AT_EMPTY_PATH : 0);
  if (::statx(file, name, flags, STATX_TYPE | STATX_INO | STATX_NLINK | STATX_MNT_ID, &status) != 0)
    return std::nullopt;
  return Place{status.stx_dev_major, status.stx_dev_minor, status.stx_ino,
               status.stx_mnt_id,    status.stx_nlink,     S_ISDIR(status.stx_mode)};
}

/// One scan; remembers which directories lie inside, since thousands of links lead to the same few.
class Scan {
 public:
  explicit Scan(int directory) : proc_(open_proc()) {
    const auto target = place_of(directory);
    if (!target) throw_system_error(errno, "looking at a directory");
    target_ = *target;
  }

  ProcScan run() {
    auto pids = numbers_in(proc_.get(), ".");
    if (!pids) throw_system_error(errno, "listing /proc");
    std::sort(pids->begin(), pids->end());
    ProcScan result;
    for (const std::int32_t pid : *pids) {
      if (pid == ::getpid()) continue;
      const Descriptor folder(::openat(proc_.get(), std::to_string(pid).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      if (!folder) continue;  // it has ended
      denied_ = false;
      if (const auto kind = look_into(folder.get())) {
        result.inhabitants.push_back(describe(folder.get(), pid, *kind));
        if (result.inhabitants.size() == ProcScan::kMaximumInhabitants) break;
      } else if (denied_) {
        ++result.unreadable;
      }
    }
    return result;
  }

 private:
  std::optional<Inhabitant::Kind> look_into(int process) {
    if (leads_inside(process, "cwd")) return Inhabitant::Kind::kDirectory;
    if (leads_inside(process, "root")) return Inhabitant::Kind::kRoot;
    const auto numbers = numbers_in(process, "fd");
    if (!numbers) note_denial();
    if (!numbers) return std::nullopt;
    for (const std::int32_t number : *numbers) {
      if (leads_inside(process, ("fd/" + std::to_string(number)).c_str())) return Inhabitant::Kind::kDescriptor;
    }
    return std::nullopt;
  }

  void note_denial() { denied_ = denied_ || errno == EACCES || errno == EPERM; }

  bool leads_inside(int process, const char* link) {
    std::array<char, kLongestLink> text{};
    const ssize_t size = ::readlinkat(process, link, text.data(), text.size());
    if (size < 0) note_denial();
    // Sockets, pipes and the like read as "socket:[1]".
    if (size <= 0 || text[0] != '/') return false;
    // O_PATH through the link reaches the file itself, also in another mount namespace, and opens nothing.
    Descriptor file(::openat(process, link, O_PATH | O_CLOEXEC));
    if (!file) {
      note_denial();
      return false;
    }
    const auto place = place_of(file.get());
    if (!place) return false;
    if (place->is_directory) return is_inside(std::move(file), 0);
    return file_is_inside(process, *place, {text.data(), static_cast<std::size_t>(size)});
  }

  /// A file does not know its directory: look where its path says, as we see it and as the process does, and believe
  /// the directory that has this very file.
  bool file_is_inside(int process, const Place& file, std::string_view path) {
    const bool deleted = file.links == 0;
    if (deleted && path.ends_with(kDeletedMark)) path.remove_suffix(kDeletedMark.size());
    const std::size_t slash = path.rfind('/');
    const std::string folder(path.substr(0, std::max<std::size_t>(slash, 1)));
    const std::string name(path.substr(slash + 1));
    const auto holds = [&](const Descriptor& directory) {
      if (!directory) return false;
      if (deleted) return place_of(directory.get()).value_or(Place{}).is_on_same_device(file);
      return place_of(directory.get(), name.c_str()).value_or(Place{}).is_same_file(file);
    };
    Descriptor ours(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (holds(ours) && is_inside(std::move(ours), 0)) return true;
    Descriptor theirs = open_in_root_of(process, folder);
    return holds(theirs) && is_inside(std::move(theirs), 0);
  }

  static Descriptor open_in_root_of(int process, const std::string& folder) {
    const Descriptor root(::openat(process, "root", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) return {};
    open_how how{};
    how.flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
    return Descriptor(static_cast<int>(::syscall(SYS_openat2, root.get(), folder.c_str(), &how, sizeof(how))));
  }

  /// Walks up to the root and asks whether the target is on the way.
  bool is_inside(Descriptor directory, int depth) {
    const auto place = place_of(directory.get());
    if (!place || depth > kDeepest) return false;
    if (place->is_same_file(target_)) return true;
    if (const auto known = inside_.find(place->key()); known != inside_.end()) return known->second;
    Descriptor parent(::openat(directory.get(), "..", O_PATH | O_DIRECTORY | O_CLOEXEC));
    directory.reset();  // a deep tree must not use up our descriptors
    const auto above = parent ? place_of(parent.get()) : std::nullopt;
    const bool at_root = !above || above->key() == place->key();
    const bool inside = !at_root && is_inside(std::move(parent), depth + 1);
    inside_.emplace(place->key(), inside);
    return inside;
  }

  static Inhabitant describe(int process, std::int32_t pid, Inhabitant::Kind kind) {
    std::string name = read_proc_file(process, "comm", 64).value_or("");
    while (name.ends_with('\n')) name.pop_back();
    // Arguments are separated by NUL.
    std::string line = read_proc_file(process, "cmdline", kShownCommandLine).value_or("");
    std::replace_if(line.begin(), line.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
    while (line.ends_with(' ')) line.pop_back();
    return {pid, to_readable_utf8(name), to_readable_utf8(line), kind};
  }

  Descriptor proc_;
  Place target_;
  std::map<decltype(Place().key()), bool> inside_;
  bool denied_ = false;
};

}  // namespace

ProcScan find_inhabitants(int directory) {
  return Scan(directory).run();
}

}  // namespace strata::process
