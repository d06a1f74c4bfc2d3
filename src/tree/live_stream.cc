#include <optional>
#include <utility>

#include "strata/base/cancel.h"
#include "strata/base/error.h"
#include "strata/tree/hard_links.h"
#include "strata/tree/live_content.h"
#include "strata/tree/live_tree.h"
#include "strata/tree/live_walk.h"

namespace strata::tree {

namespace {

constexpr std::string_view kLeftOut = ": not in the backup";
/// Of all attributes of one entry together; far beyond what ext4 can hold, within what an index record can.
constexpr std::size_t kMaxAttributeBytes = 256 * 1024;

std::string_view describe(vfs::Type type) {
  switch (type) {
    case vfs::Type::kFifo:
      return "is a named pipe";
    case vfs::Type::kSocket:
      return "is a socket";
    case vfs::Type::kCharDevice:
    case vfs::Type::kBlockDevice:
      return "is a device";
    default:
      return "was replaced by something else while the backup ran";
  }
}

}  // namespace

struct LiveStream::Implementation {
  Implementation(const vfs::Directory& root, IgnoreRules ignored, Warnings& warned, std::stop_token stopped)
      : rules(std::move(ignored)),
        warnings(warned),
        stop(std::move(stopped)),
        walk(root, rules, LiveWalk::Order::kByName,
             [this](const std::string& path, const std::string& reason) { warnings.add(path, reason); }) {}

  std::optional<Entry> take(const FoundName& found);
  std::optional<Entry> take_directory(const FoundName& found);
  std::optional<Entry> take_file(const FoundName& found);
  std::optional<Entry> take_link(const FoundName& found);
  std::vector<vfs::ExtendedAttribute> attributes(const vfs::File& file, const vfs::Path& path);
  void warn(const vfs::Path& path, std::string reason) { warnings.add(path.bytes(), std::move(reason)); }
  void end_content();

  const IgnoreRules rules;
  Warnings& warnings;
  const std::stop_token stop;
  LiveWalk walk;
  HardLinks hard_links;
  bool hard_links_full = false;
  vfs::Path current;
  std::optional<LiveContent> content;  ///< of the current entry, until it was read to its end
};

std::optional<Entry> LiveStream::Implementation::take(const FoundName& found) {
  try {
    switch (found.type) {
      case vfs::Type::kDirectory:
        return take_directory(found);
      case vfs::Type::kRegular:
        return take_file(found);
      case vfs::Type::kSymlink:
        return take_link(found);
      default:
        warn(found.path, std::string(describe(found.type)) + std::string(kLeftOut));
        return std::nullopt;
    }
  } catch (const Error& error) {
    if (!is_about_the_file(error)) throw;
    warn(found.path, cause_of(error) + std::string(kLeftOut));
    return std::nullopt;
  }
}

std::optional<Entry> LiveStream::Implementation::take_directory(const FoundName& found) {
  vfs::File file;
  try {
    file = found.parent.open_file(found.name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kIo) throw;
    // It is there and cannot be opened: the folder itself can still be stored.
    const vfs::Stat stat = found.parent.stat(found.name);
    if (stat.type != vfs::Type::kDirectory) throw;
    warn(found.path, cause_of(error) + ": what is in this folder is not in the backup");
    return entry_of(found.path, stat);
  }
  const vfs::Stat stat = file.stat();
  if (stat.type != vfs::Type::kDirectory) {
    warn(found.path, std::string(describe(stat.type)) + std::string(kLeftOut));
    return std::nullopt;
  }
  Entry entry = entry_of(found.path, stat);
  if (!walk.on_same_mount(stat)) {
    warn(found.path, "another file system is mounted here: what is in it is not in the backup");
    return entry;
  }
  entry.attributes = attributes(file, found.path);
  walk.enter(entry.path, vfs::Directory(file.release(), entry.path.bytes()));
  return entry;
}

std::optional<Entry> LiveStream::Implementation::take_file(const FoundName& found) {
  vfs::File file = found.parent.open_file(found.name);
  const vfs::Stat stat = file.stat();
  if (stat.type != vfs::Type::kRegular) {
    warn(found.path, std::string(describe(stat.type)) + std::string(kLeftOut));
    return std::nullopt;
  }
  if (!walk.on_same_mount(stat)) {
    warn(found.path, "another file system is mounted here" + std::string(kLeftOut));
    return std::nullopt;
  }
  if (auto later = hard_links.later_name(found.path, stat)) return later;
  Entry entry = entry_of(found.path, stat);
  entry.attributes = attributes(file, found.path);
  content.emplace(std::move(file), stat);
  current = found.path;
  entry.sparse = content->sparse();
  if (!hard_links.remember(entry, stat) && !hard_links_full) {
    hard_links_full = true;
    warn(found.path, "more than 1,000,000 files with several names: further names are stored as copies");
  }
  return entry;
}

std::optional<Entry> LiveStream::Implementation::take_link(const FoundName& found) {
  const vfs::Stat stat = found.parent.stat(found.name);
  if (stat.type != vfs::Type::kSymlink) {
    warn(found.path, std::string(describe(stat.type)) + std::string(kLeftOut));
    return std::nullopt;
  }
  Entry entry = entry_of(found.path, stat);
  entry.link_target = found.parent.read_link(found.name);
  return entry;
}

std::vector<vfs::ExtendedAttribute> LiveStream::Implementation::attributes(const vfs::File& file,
                                                                           const vfs::Path& path) {
  try {
    auto found = file.extended_attributes();
    std::size_t bytes = 0;
    for (const auto& attribute : found) bytes += attribute.name.size() + attribute.value.size();
    if (bytes <= kMaxAttributeBytes) return found;
    warn(path, "its extended attributes are larger than 256 KiB together: they are not in the backup");
  } catch (const Error& error) {
    if (!is_about_the_file(error)) throw;
    warn(path, cause_of(error) + ": its extended attributes are not in the backup");
  }
  return {};
}

/// What was not read to its end is nobody's content: nothing is said about it.
void LiveStream::Implementation::end_content() {
  if (content && content->at_end()) {
    try {
      if (auto remark = content->remark()) warn(current, std::move(*remark));
    } catch (const Error& error) {
      if (!is_about_the_file(error)) throw;
      warn(current, cause_of(error) + ": it may have changed while it was read");
    }
  }
  content.reset();
}

LiveStream::LiveStream(const vfs::Directory& root, IgnoreRules rules, Warnings& warnings, std::stop_token stop)
    : implementation_(std::make_unique<Implementation>(root, std::move(rules), warnings, std::move(stop))) {}

LiveStream::~LiveStream() = default;

std::optional<Entry> LiveStream::next() {
  auto& self = *implementation_;
  self.end_content();
  while (true) {
    throw_if_stopped(self.stop);
    const auto found = self.walk.next();
    if (!found) return std::nullopt;
    if (auto entry = self.take(*found)) return entry;
  }
}

std::size_t LiveStream::read(std::span<std::uint8_t> out) {
  auto& self = *implementation_;
  throw_if_stopped(self.stop);
  if (!self.content) return 0;
  const std::size_t count = self.content->read(out);
  if (self.content->at_end()) self.end_content();
  return count;
}

}  // namespace strata::tree
