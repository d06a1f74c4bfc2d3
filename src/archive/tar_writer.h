#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "strata/archive/byte_sink.h"
#include "strata/base/units.h"
#include "strata/tree/entry.h"

namespace strata::archive {

/// Writes entries as tar: ustar headers, preceded by one pax header for what ustar cannot say (nanoseconds, extended
/// attributes and access control lists as SCHILY.xattr.*, sizes from 8 GiB, owners above 2,097,151, long ASCII names).
/// A name or link target that is longer than 100 bytes and not ASCII travels raw in a GNU long name, which GNU tar,
/// bsdtar, Python and the reference node read in every locale; pax names must be UTF-8 and are converted to the
/// reader's. docs/formats/indexed-tar.md.
///
/// begin() one entry, write() exactly its size, begin() the next, finish(). One thread. Errors of the sink pass
/// through; a content of the wrong length is kInternal, because readers of entries promise the size they announced.
class TarWriter {
 public:
  /// The extended attributes of one entry beyond this are not held: a pax header stays below 1 MiB for every reader.
  static constexpr Bytes kMaxAttributeBytes = 960 * 1024;

  /// `out` must outlive this.
  explicit TarWriter(ByteSink& out) : out_(out) {}

  /// Starts an entry; answers where its content starts, as an offset in the stream. Directories, links and hard links
  /// have no content.
  Bytes begin(const tree::Entry& entry);
  void write(std::span<const std::uint8_t> content);

  /// Pads the last entry and writes the two zero blocks that end an archive.
  void finish();

  /// Bytes written so far.
  Bytes position() const { return position_; }

  /// False when the attributes of `entry` are beyond the limit: the caller drops them, with a warning.
  static bool holds_attributes(const tree::Entry& entry);

 private:
  void put_special(char type, std::string_view name, std::string_view data);
  void end_content();
  void put(std::span<const std::uint8_t> data);
  void pad();

  ByteSink& out_;
  Bytes position_ = 0;
  Bytes content_left_ = 0;
  bool finished_ = false;
};

}  // namespace strata::archive
