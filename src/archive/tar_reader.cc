#include "strata/archive/tar_reader.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "strata/archive/pax.h"
#include "strata/archive/tar_header.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::archive {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::size_t kMaxLinkTarget = 4095;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

/// A name for an error text: what a hostile archive calls itself is shortened and made readable.
std::string shown(std::string_view name) {
  constexpr std::size_t kShown = 200;
  return fmt::format("'{}{}'", to_readable_utf8(name.substr(0, kShown)), name.size() > kShown ? "…" : "");
}

Error corrupt(std::string_view name, std::string_view what) {
  return Error(ErrorKind::kCorrupt, fmt::format("{} in the archive: {}", shown(name), what));
}

/// "./" and doubled slashes are dropped; the empty path is the root itself.
vfs::Path checked_path(std::string_view name) {
  if (name.starts_with('/')) throw corrupt(name, "an absolute name is refused");
  if (name.find('\0') != std::string_view::npos) throw corrupt(name, "the name holds a NUL byte");
  vfs::Path path;
  while (!name.empty()) {
    const std::string_view component = name.substr(0, name.find('/'));
    name.remove_prefix(std::min(name.size(), component.size() + 1));
    if (component.empty() || component == ".") continue;
    if (component == "..") throw corrupt(component, "a name that leads outside is refused");
    try {
      path = path / component;
    } catch (const Error&) {
      throw Error(ErrorKind::kTooLarge,
                  fmt::format("{} in the archive: the name is too long or too deep", shown(component)));
    }
  }
  return path;
}

std::int64_t nanoseconds(std::int64_t seconds) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max() / kNanoseconds;
  return std::clamp(seconds, -kMax, kMax) * kNanoseconds;
}

bool is_kept_attribute(std::string_view name) {
  return name.starts_with("user.") || name == "system.posix_acl_access" || name == "system.posix_acl_default";
}

}  // namespace

struct TarReader::Implementation {
  Implementation(ByteSource& byte_source, tree::Warnings& to, TarLimits tar_limits)
      : source(byte_source), warnings(to), limits(tar_limits), buffer(kBufferBytes) {}

  std::size_t read_some(std::span<std::uint8_t> out);
  void read_whole(std::span<std::uint8_t> out);
  void skip(Bytes size);
  std::string read_special(const TarHeader& header);
  bool read_header(TarHeader& header);
  void expect_end();
  bool apply_special(const TarHeader& header);
  std::optional<tree::Entry> make_entry(TarHeader header);
  void add_attributes(tree::Entry& entry);
  void count_header();

  ByteSource& source;
  tree::Warnings& warnings;
  const TarLimits limits;

  std::vector<std::uint8_t> buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  Bytes position = 0;  ///< of the decoded stream, as far as it was consumed

  Bytes content_left = 0;
  std::size_t padding = 0;
  bool at_end = false;
  std::uint64_t headers = 0;
  std::uint64_t entries = 0;
  Bytes content = 0;

  PaxRecords global;
  PaxRecords pax;  ///< for the entry to come
  std::optional<std::string> long_name;
  std::optional<std::string> long_link;
};

std::size_t TarReader::Implementation::read_some(std::span<std::uint8_t> out) {
  std::size_t got = 0;
  if (begin == end && out.size() >= buffer.size()) {
    got = source.read(out);
  } else {
    if (begin == end) {
      begin = 0;
      end = source.read(buffer);
    }
    got = std::min(out.size(), end - begin);
    std::copy_n(buffer.begin() + static_cast<std::ptrdiff_t>(begin), got, out.begin());
    begin += got;
  }
  position += got;
  return got;
}

void TarReader::Implementation::read_whole(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const std::size_t got = read_some(out);
    if (got == 0) throw Error(ErrorKind::kCorrupt, "the archive is cut off: it ends before its end marker");
    out = out.subspan(got);
  }
}

void TarReader::Implementation::skip(Bytes size) {
  std::array<std::uint8_t, 16 * 1024> scratch;
  while (size > 0) {
    const std::size_t piece = static_cast<std::size_t>(std::min<Bytes>(size, scratch.size()));
    read_whole(std::span(scratch).first(piece));
    size -= piece;
  }
}

void TarReader::Implementation::count_header() {
  // Headers that only speak about the next one count too: without a bound they could go on for ever.
  constexpr std::uint64_t kHeadersPerEntry = 4;
  if (++headers > limits.entries * kHeadersPerEntry) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("the archive has more than {} headers", limits.entries * kHeadersPerEntry));
  }
}

/// False at the end marker.
bool TarReader::Implementation::read_header(TarHeader& header) {
  TarBlock block;
  read_whole(block);
  if (is_zero_block(block)) {
    expect_end();
    return false;
  }
  count_header();
  header = decode_tar_header(block);
  return true;
}

/// After the first zero block: a second one, then zeros only.
void TarReader::Implementation::expect_end() {
  TarBlock block;
  read_whole(block);
  bool zeros = is_zero_block(block);
  while (zeros) {
    const std::size_t got = read_some(block);
    if (got == 0) break;
    zeros = std::ranges::all_of(std::span(block).first(got), [](std::uint8_t byte) { return byte == 0; });
  }
  if (!zeros) throw Error(ErrorKind::kCorrupt, "something else follows the end of the archive");
  at_end = true;
}

std::string TarReader::Implementation::read_special(const TarHeader& header) {
  if (header.size > PaxRecords::kMaxBytes) {
    throw Error(ErrorKind::kTooLarge, "the archive has a header of more than 1 MiB");
  }
  std::string data(static_cast<std::size_t>(header.size), '\0');
  read_whole({reinterpret_cast<std::uint8_t*>(data.data()), data.size()});
  skip(tar_padding(header.size));
  return data;
}

/// True when the header spoke about the next one and is done with.
bool TarReader::Implementation::apply_special(const TarHeader& header) {
  const auto text = [&] {
    std::string data = read_special(header);
    data.resize(std::min(data.find('\0'), data.size()));
    return data;
  };
  switch (header.type) {
    case tar_type::kPax:
      pax = global;
      pax.apply(read_special(header));
      return true;
    case tar_type::kPaxGlobal:
      global.apply(read_special(header));
      pax = global;
      return true;
    case tar_type::kGnuLongName:
      long_name = text();
      return true;
    case tar_type::kGnuLongLink:
      long_link = text();
      return true;
    default:
      return false;
  }
}

/// nullopt for what is left out: the root itself, and what is no file, directory or link.
std::optional<tree::Entry> TarReader::Implementation::make_entry(TarHeader header) {
  if (long_name) header.name = *std::exchange(long_name, std::nullopt);
  if (long_link) header.link_name = *std::exchange(long_link, std::nullopt);
  if (pax.path) header.name = *pax.path;
  if (pax.link_path) header.link_name = *pax.link_path;
  header.size = pax.size.value_or(header.size);
  header.uid = pax.uid.value_or(header.uid);
  header.gid = pax.gid.value_or(header.gid);
  const std::string& name = header.name;
  if (++entries > limits.entries) {
    throw Error(ErrorKind::kTooLarge, fmt::format("the archive has more than {} entries", limits.entries));
  }
  if (pax.sparse || header.type == tar_type::kGnuSparse || header.type == tar_type::kGnuMultiVolume) {
    throw Error(ErrorKind::kInvalid,
                fmt::format("{} in the archive: sparse maps and multi-volume parts of GNU tar are not read; "
                            "write the archive without --sparse",
                            shown(name)));
  }

  tree::Entry entry;
  entry.path = checked_path(name);
  entry.mode = header.mode & 07777;
  if (header.uid > std::numeric_limits<std::uint32_t>::max() ||
      header.gid > std::numeric_limits<std::uint32_t>::max()) {
    throw corrupt(name, "the owner is out of range");
  }
  entry.uid = static_cast<std::uint32_t>(header.uid);
  entry.gid = static_cast<std::uint32_t>(header.gid);
  entry.mtime_ns = pax.mtime_ns.value_or(nanoseconds(header.mtime));

  bool known = true;
  switch (header.type) {
    case tar_type::kRegular:
    case tar_type::kRegularOld:
    case tar_type::kContiguous:
      // Tars from before directories had a type of their own.
      entry.type = name.ends_with('/') ? vfs::Type::kDirectory : vfs::Type::kRegular;
      break;
    case tar_type::kHardLink:
      entry.hard_link = checked_path(header.link_name);
      if (entry.hard_link->is_root() || *entry.hard_link == entry.path) throw corrupt(name, "a link to itself");
      header.size = 0;  // no content follows, whatever the header says (as GNU tar reads it)
      break;
    case tar_type::kSymlink:
      entry.type = vfs::Type::kSymlink;
      entry.link_target = header.link_name;
      if (header.link_name.empty() || header.link_name.find('\0') != std::string::npos) {
        throw corrupt(name, "a link without a target");
      }
      if (header.link_name.size() > kMaxLinkTarget) {
        throw Error(ErrorKind::kTooLarge, fmt::format("{} in the archive: the link target is too long", shown(name)));
      }
      header.size = 0;
      break;
    case tar_type::kDirectory:
      entry.type = vfs::Type::kDirectory;
      break;
    default:
      known = false;
      warnings.add(entry.path.bytes(), "not a file, directory or link: left out");
  }
  content_left = header.size;
  padding = tar_padding(header.size);
  if (!known || entry.path.is_root()) return std::nullopt;

  if (entry.is_regular() && !entry.hard_link) {
    entry.size = header.size;
    entry.position = position;
    if (header.size > limits.content - content) {
      throw Error(ErrorKind::kTooLarge,
                  fmt::format("the archive holds more than {} of files", human_bytes(limits.content)));
    }
    content += header.size;
  }
  if (!entry.is_symlink() && !entry.hard_link) add_attributes(entry);
  return entry;
}

void TarReader::Implementation::add_attributes(tree::Entry& entry) {
  const std::string& name = entry.path.bytes();
  if (pax.text_acl) warnings.add(name, "its access control list is in a form that is not read: left out");
  for (vfs::ExtendedAttribute& attribute : pax.attributes) {
    if (is_kept_attribute(attribute.name)) {
      entry.attributes.push_back(std::move(attribute));
    } else {
      warnings.add(name, fmt::format("extended attribute {} left out", shown(attribute.name)));
    }
  }
  std::ranges::sort(entry.attributes, {}, &vfs::ExtendedAttribute::name);
}

TarReader::TarReader(ByteSource& source, tree::Warnings& warnings, TarLimits limits)
    : implementation_(std::make_unique<Implementation>(source, warnings, limits)) {}

TarReader::~TarReader() = default;

std::optional<tree::Entry> TarReader::next() {
  Implementation& self = *implementation_;
  while (!self.at_end) {
    self.skip(std::exchange(self.content_left, 0));
    self.skip(std::exchange(self.padding, 0));
    TarHeader header;
    if (!self.read_header(header)) break;
    if (self.apply_special(header)) continue;
    std::optional<tree::Entry> entry = self.make_entry(std::move(header));
    self.pax = self.global;
    if (entry) {
      if (!entry->is_regular()) {
        self.skip(std::exchange(self.content_left, 0));
      }
      return entry;
    }
  }
  return std::nullopt;
}

std::size_t TarReader::read(std::span<std::uint8_t> out) {
  Implementation& self = *implementation_;
  out = out.first(static_cast<std::size_t>(std::min<Bytes>(out.size(), self.content_left)));
  if (out.empty()) return 0;
  const std::size_t got = self.read_some(out);
  if (got == 0) throw Error(ErrorKind::kCorrupt, "the archive is cut off inside a file");
  self.content_left -= got;
  return got;
}

}  // namespace strata::archive
