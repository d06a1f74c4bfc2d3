#include "strata/tree/restore/sample_tree_fake.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "strata/base/error.h"
#include "strata/crypto/digest.h"
#include "strata/tree/live_root.h"
#include "strata/vfs/plain_files_fake.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {

namespace {

constexpr std::int64_t kFirstTime = 1'700'000'000'000'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

void check(int result, const std::string& path) {
  if (result < 0) throw_system_error(errno, "making the sample '" + path + "'");
}

void set_time(const std::string& path, std::int64_t mtime_ns) {
  const std::int64_t nanoseconds = (mtime_ns % kSecond + kSecond) % kSecond;
  const timespec time{.tv_sec = (mtime_ns - nanoseconds) / kSecond, .tv_nsec = nanoseconds};
  const std::array<timespec, 2> times{time, time};
  check(::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW), path);
}

std::string user_attributes(const std::string& path) {
  std::array<char, 4096> names{};
  const ssize_t size = ::llistxattr(path.c_str(), names.data(), names.size());
  std::set<std::string> texts;
  for (ssize_t at = 0; at < size; at += static_cast<ssize_t>(std::string(names.data() + at).size()) + 1) {
    const std::string name(names.data() + at);
    if (!name.starts_with("user.")) continue;
    std::array<char, 4096> value{};
    const ssize_t length = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
    texts.insert(" " + name + "=" + std::string(value.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))));
  }
  std::string all;
  for (const auto& text : texts) all += text;
  return all;
}

std::string content_of(const std::string& path, const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return "-> " + std::filesystem::read_symlink(path).string();
  if (!S_ISREG(status.st_mode)) return "";
  const std::string content = vfs::read_plain(path);
  if (content.size() <= 100) return content;
  return fmt::format("{} bytes, hash {}", content.size(), std::hash<std::string>{}(content));
}

}  // namespace

class SampleTree::Stream final : public EntryStream {
 public:
  explicit Stream(std::vector<Item> items) : items_(std::move(items)) {}

  std::optional<Entry> next() override {
    if (at_ == items_.size()) return std::nullopt;
    rest_ = items_[at_].content;
    return items_[at_++].entry;
  }

  std::size_t read(std::span<std::uint8_t> out) override {
    const std::size_t count = std::min(out.size(), rest_.size());
    std::copy_n(rest_.begin(), count, out.begin());
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::vector<Item> items_;
  std::size_t at_ = 0;
  std::string_view rest_;
};

Entry& SampleTree::add(std::string_view path, vfs::Type type, std::uint32_t mode) {
  Entry entry;
  entry.path = vfs::Path::parse(path);
  entry.type = type;
  entry.mode = mode;
  entry.uid = ::geteuid();
  entry.gid = ::getegid();
  entry.mtime_ns = kFirstTime + static_cast<std::int64_t>(items_.size()) * (kSecond + 1);
  items_.push_back({std::move(entry), {}});
  return last();
}

SampleTree& SampleTree::directory(std::string_view path, std::uint32_t mode) {
  add(path, vfs::Type::kDirectory, mode);
  return *this;
}

SampleTree& SampleTree::file(std::string_view path, std::string_view content, std::uint32_t mode) {
  Entry& entry = add(path, vfs::Type::kRegular, mode);
  entry.size = content.size();
  entry.hash = crypto::sha256(content);
  items_.back().content = content;
  return *this;
}

SampleTree& SampleTree::link(std::string_view path, std::string_view target) {
  add(path, vfs::Type::kSymlink, 0777).link_target = target;
  return *this;
}

SampleTree& SampleTree::hard_link(std::string_view path, std::string_view existing) {
  const auto first =
      std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.entry.path.bytes() == existing; });
  if (first == items_.end()) throw Error(ErrorKind::kInternal, "the sample has no such file to link to");
  Entry entry = first->entry;
  entry.path = vfs::Path::parse(path);
  entry.hard_link = vfs::Path::parse(existing);
  items_.push_back({std::move(entry), {}});
  return *this;
}

SampleTree& SampleTree::modified(std::int64_t mtime_ns) {
  last().mtime_ns = mtime_ns;
  return *this;
}

std::vector<Entry> SampleTree::entries() const {
  std::vector<Entry> entries;
  for (const auto& item : items_) entries.push_back(item.entry);
  return entries;
}

std::unique_ptr<EntryStream> SampleTree::stream() const {
  return std::make_unique<Stream>(items_);
}

void SampleTree::write(const std::string& root) const {
  const auto place = [&](const vfs::Path& path) { return root + "/" + path.bytes(); };
  for (const auto& [entry, content] : items_) {
    const std::string path = place(entry.path);
    if (entry.is_directory()) {
      check(::mkdir(path.c_str(), 0700), path);
    } else if (entry.is_symlink()) {
      check(::symlink(entry.link_target.c_str(), path.c_str()), path);
    } else if (entry.hard_link) {
      check(::link(place(*entry.hard_link).c_str(), path.c_str()), path);
    } else {
      vfs::write_plain(path, content);
    }
    for (const auto& [name, value] : entry.attributes) {
      check(::lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0), path);
    }
  }
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    const std::string path = place(item->entry.path);
    if (!item->entry.is_symlink()) check(::chmod(path.c_str(), item->entry.mode), path);
    set_time(path, item->entry.mtime_ns);
  }
}

Picture picture_of(const std::string& root) {
  Picture picture;
  std::map<ino_t, std::string> seen;
  std::vector<std::string> paths;
  auto walk = std::filesystem::recursive_directory_iterator(root);
  for (const auto& found : walk) {
    const std::string path = found.path().string().substr(root.size() + 1);
    if (path == kWorkspaceName) walk.disable_recursion_pending();
    if (path != kWorkspaceName) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    const std::string whole = root + "/" + path;
    struct stat status{};
    check(::lstat(whole.c_str(), &status), whole);
    const auto [first, is_new] = seen.emplace(status.st_ino, path);
    const std::string same = is_new || !S_ISREG(status.st_mode) ? "" : " same as " + first->second;
    picture[path] =
        fmt::format("{:o} {}:{} {}.{:09}{}{} {}", status.st_mode, status.st_uid, status.st_gid, status.st_mtim.tv_sec,
                    status.st_mtim.tv_nsec, same, user_attributes(whole), content_of(whole, status));
  }
  return picture;
}

Picture picture_of(const SampleTree& tree) {
  const vfs::TemporaryDirectory temporary;
  tree.write(temporary.path());
  return picture_of(temporary.path());
}

std::string differences(const Picture& expected, const Picture& actual) {
  std::string text;
  for (const auto& [path, what] : expected) {
    const auto found = actual.find(path);
    if (found == actual.end()) text += path + ": missing\n";
    if (found != actual.end() && found->second != what)
      text += path + ": " + found->second + " instead of " + what + "\n";
  }
  for (const auto& [path, what] : actual) {
    if (!expected.contains(path)) text += path + ": not expected: " + what + "\n";
  }
  return text;
}

}  // namespace strata::tree
