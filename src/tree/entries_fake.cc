#include "strata/tree/entries_fake.h"

#include <functional>

#include <fmt/format.h>

#include "strata/base/encoding.h"

namespace strata::tree {

namespace {

Entry entry_of(vfs::Type type, std::string_view path) {
  const auto seed = std::hash<std::string_view>{}(path);
  Entry entry;
  entry.path = vfs::Path::parse(path);
  entry.type = type;
  entry.mode = static_cast<std::uint32_t>(seed % 07777);
  entry.uid = static_cast<std::uint32_t>(seed);
  entry.gid = static_cast<std::uint32_t>(seed >> 32);
  entry.mtime_ns = static_cast<std::int64_t>(seed);
  return entry;
}

}  // namespace

Entry directory_entry(std::string_view path) {
  return entry_of(vfs::Type::kDirectory, path);
}

Entry file_entry(std::string_view path, Bytes size) {
  Entry entry = entry_of(vfs::Type::kRegular, path);
  entry.size = size;
  entry.position = std::hash<std::string_view>{}(path) / 3;
  entry.hash.emplace().fill(static_cast<std::uint8_t>(entry.position));
  return entry;
}

Entry symlink_entry(std::string_view path, std::string target) {
  Entry entry = entry_of(vfs::Type::kSymlink, path);
  entry.link_target = std::move(target);
  return entry;
}

Entry hard_link_entry(std::string_view path, const Entry& first) {
  Entry entry = first;
  entry.path = vfs::Path::parse(path);
  entry.hard_link = first.path;
  entry.hash.reset();
  entry.attributes.clear();
  return entry;
}

std::string to_line(const Entry& entry) {
  std::string line = fmt::format("{} type={} size={} mode={:o} owner={}:{} mtime={} target={} sparse={} position={}",
                                 entry.path.bytes(), static_cast<int>(entry.type), entry.size, entry.mode, entry.uid,
                                 entry.gid, entry.mtime_ns, entry.link_target, entry.sparse, entry.position);
  if (entry.hard_link) line += " hard_link=" + entry.hard_link->bytes();
  if (entry.hash) line += " hash=" + hex(*entry.hash);
  for (const auto& attribute : entry.attributes) line += " " + attribute.name + "=" + hex(as_bytes(attribute.value));
  return line;
}

}  // namespace strata::tree
