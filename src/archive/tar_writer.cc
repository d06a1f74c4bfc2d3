#include "strata/archive/tar_writer.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "strata/archive/pax.h"
#include "strata/archive/tar_header.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::archive {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::int64_t floor_seconds(std::int64_t time_ns) {
  return time_ns / kNanoseconds - (time_ns % kNanoseconds < 0 ? 1 : 0);
}

char type_of(const tree::Entry& entry) {
  switch (entry.type) {
    case vfs::Type::kRegular:
      return entry.hard_link ? tar_type::kHardLink : tar_type::kRegular;
    case vfs::Type::kDirectory:
      return tar_type::kDirectory;
    case vfs::Type::kSymlink:
      return tar_type::kSymlink;
    default:
      throw Error(ErrorKind::kInternal, "an archive holds files, directories and links only");
  }
}

TarHeader header_of(const tree::Entry& entry) {
  TarHeader header;
  header.name = entry.path.bytes();
  if (entry.is_directory()) header.name += '/';
  header.mode = entry.mode;
  header.uid = entry.uid;
  header.gid = entry.gid;
  header.type = type_of(entry);
  header.size = header.type == tar_type::kRegular ? entry.size : 0;
  header.mtime = floor_seconds(entry.mtime_ns);
  header.link_name = entry.hard_link ? entry.hard_link->bytes() : entry.link_target;
  return header;
}

/// What the header block cannot say. Long names are left to GNU long names where pax could not say them either.
PaxRecords pax_of(const tree::Entry& entry, const TarHeader& header) {
  PaxRecords pax;
  if (header.name.size() > kTarNameBytes && is_ascii(header.name)) pax.path = header.name;
  if (header.link_name.size() > kTarNameBytes && is_ascii(header.link_name)) pax.link_path = header.link_name;
  if (header.size > kTarMaxSize) pax.size = header.size;
  if (header.uid > kTarMaxId) pax.uid = header.uid;
  if (header.gid > kTarMaxId) pax.gid = header.gid;
  if (header.mtime < 0 || header.mtime > static_cast<std::int64_t>(kTarMaxSize) || entry.mtime_ns % kNanoseconds != 0) {
    pax.mtime_ns = entry.mtime_ns;
  }
  pax.attributes = entry.attributes;
  return pax;
}

}  // namespace

bool TarWriter::holds_attributes(const tree::Entry& entry) {
  Bytes bytes = 0;
  for (const vfs::ExtendedAttribute& attribute : entry.attributes) {
    // Three times the name: each of its bytes may be escaped.
    bytes += 3 * attribute.name.size() + attribute.value.size() + 64;
  }
  return bytes <= kMaxAttributeBytes;
}

Bytes TarWriter::begin(const tree::Entry& entry) {
  end_content();
  if (!holds_attributes(entry)) throw Error(ErrorKind::kInternal, "more attributes than a tar header holds");
  const TarHeader header = header_of(entry);
  const PaxRecords pax = pax_of(entry, header);
  const auto put_long_name = [&](char type, const std::string& name) {
    put_special(type, "././@LongLink", name + '\0');
  };
  if (header.link_name.size() > kTarNameBytes && !pax.link_path)
    put_long_name(tar_type::kGnuLongLink, header.link_name);
  if (header.name.size() > kTarNameBytes && !pax.path) put_long_name(tar_type::kGnuLongName, header.name);
  if (const std::string records = pax.encode(); !records.empty())
    put_special(tar_type::kPax, "PaxHeaders/entry", records);
  put(encode_tar_header(header));
  content_left_ = header.size;
  return position_;
}

/// A header that speaks about the next one, with its data.
void TarWriter::put_special(char type, std::string_view name, std::string_view data) {
  TarHeader header;
  header.name = name;
  header.mode = 0644;
  header.size = data.size();
  header.type = type;
  put(encode_tar_header(header));
  put(as_bytes(data));
  pad();
}

void TarWriter::write(std::span<const std::uint8_t> content) {
  if (content.size() > content_left_) throw Error(ErrorKind::kInternal, "more content than the entry announced");
  put(content);
  content_left_ -= content.size();
}

void TarWriter::finish() {
  end_content();
  const TarBlock zeros{};
  put(zeros);
  put(zeros);
  finished_ = true;
}

void TarWriter::end_content() {
  if (finished_) throw Error(ErrorKind::kInternal, "the archive has its end already");
  if (content_left_ != 0) {
    throw Error(ErrorKind::kInternal,
                fmt::format("{} bytes of content are missing of what the entry announced", content_left_));
  }
  pad();
}

void TarWriter::put(std::span<const std::uint8_t> data) {
  out_.write(data);
  position_ += data.size();
}

void TarWriter::pad() {
  const TarBlock zeros{};
  if (const std::size_t padding = tar_padding(position_); padding != 0) put(std::span(zeros).first(padding));
}

}  // namespace strata::archive
