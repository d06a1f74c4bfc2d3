#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "strata/vfs/file.h"

namespace strata::tree {

/// Internal to this room: the content of a live file, always exactly as many bytes as the file had when it was opened,
/// whatever happens to it meanwhile: a header with that size may be written already. Holes are not read. One thread.
class LiveContent {
 public:
  /// `opened` is the file's stat right after opening. Throws what asking for the holes throws.
  LiveContent(vfs::File file, const vfs::Stat& opened);

  /// Had holes when it was opened.
  bool sparse() const { return sparse_; }

  /// The next bytes; 0 at the end, else as many as `out` holds or are left.
  std::size_t read(std::span<std::uint8_t> out);

  /// To be asked once after the last byte was read: what has to be said about the content, if anything. Looks at the
  /// file once more.
  std::optional<std::string> remark() const;

  bool at_end() const { return offset_ == opened_.size; }

 private:
  /// Bytes from `offset_` on that are all data or all hole.
  struct Stretch {
    std::size_t length;
    bool is_hole;
  };
  Stretch stretch(std::size_t wanted);
  void read_data(std::span<std::uint8_t> out);

  vfs::File file_;
  const vfs::Stat opened_;
  bool sparse_ = false;
  std::vector<vfs::Extent> extents_;  ///< of a sparse file
  std::size_t extent_ = 0;            ///< the first that ends behind `offset_`
  Bytes offset_ = 0;
  std::optional<Bytes> ended_at_;  ///< the file got shorter: no bytes from here on
  std::string failure_;            ///< the first read error, in words
};

}  // namespace strata::tree
