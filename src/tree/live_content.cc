#include "strata/tree/live_content.h"

#include <algorithm>

#include "strata/base/error.h"
#include "strata/tree/live_walk.h"

namespace strata::tree {

LiveContent::LiveContent(vfs::File file, const vfs::Stat& opened) : file_(std::move(file)), opened_(opened) {
  // Compressed and tiny files occupy less than their size too: only the extents tell whether there are holes.
  if (opened.allocated >= opened.size) return;
  extents_ = file_.data_extents(opened.size);
  Bytes data = 0;
  for (const auto& extent : extents_) data += extent.length;
  sparse_ = data < opened.size;
}

LiveContent::Stretch LiveContent::stretch(std::size_t wanted) {
  const auto up_to = [&](Bytes end) { return static_cast<std::size_t>(std::min<Bytes>(wanted, end - offset_)); };
  if (!sparse_) return {up_to(opened_.size), false};
  while (extent_ < extents_.size() && extents_[extent_].offset + extents_[extent_].length <= offset_) ++extent_;
  if (extent_ == extents_.size()) return {up_to(opened_.size), true};
  const vfs::Extent& extent = extents_[extent_];
  if (offset_ < extent.offset) return {up_to(extent.offset), true};
  return {up_to(extent.offset + extent.length), false};
}

std::size_t LiveContent::read(std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size() && !at_end()) {
    const Stretch next = stretch(out.size() - done);
    const auto part = out.subspan(done, next.length);
    if (next.is_hole || ended_at_) {
      std::fill(part.begin(), part.end(), std::uint8_t{0});
    } else {
      read_data(part);
    }
    offset_ += next.length;
    done += next.length;
  }
  return done;
}

void LiveContent::read_data(std::span<std::uint8_t> out) {
  std::size_t got = 0;
  try {
    got = file_.read_at(offset_, out);
    if (got < out.size()) ended_at_ = offset_ + got;
  } catch (const Error& error) {
    if (!is_about_the_file(error)) throw;
    if (failure_.empty()) failure_ = cause_of(error) + " at byte " + std::to_string(offset_);
  }
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(got), out.end(), std::uint8_t{0});
}

std::optional<std::string> LiveContent::remark() const {
  if (!failure_.empty()) return "could not be read whole (" + failure_ + "): zeros stand for what is missing";
  if (ended_at_) {
    return "became shorter while it was read: zeros stand from byte " + std::to_string(*ended_at_) + " on";
  }
  const vfs::Stat now = file_.stat();
  if (now.size != opened_.size || now.mtime_ns != opened_.mtime_ns) {
    return "changed while it was read: stored at its size at opening";
  }
  return std::nullopt;
}

}  // namespace strata::tree
