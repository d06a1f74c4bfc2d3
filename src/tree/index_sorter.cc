#include "strata/tree/index_sorter.h"

#include <algorithm>
#include <queue>

#include "strata/base/error.h"
#include "strata/tree/index_format.h"
#include "strata/tree/readers.h"

namespace strata::tree {

namespace {

constexpr std::string_view kWhat = "the spilled file list";
/// In a run: two lengths before each record.
constexpr std::size_t kHeaderBytes = 8;
/// Records are gathered to pieces of this size before they are written.
constexpr std::size_t kWriteBytes = 256 * 1024;
constexpr std::size_t kLeastReadBytes = 8 * 1024;
constexpr std::size_t kMostReadBytes = 256 * 1024;

}  // namespace

/// Reads one run from its beginning to its end.
class IndexSorter::Run {
 public:
  Run(const RangedReader& file, Extent extent, std::size_t read_bytes)
      : file_(&file), position_(extent.begin), end_(extent.end), read_bytes_(read_bytes) {}

  bool next() {
    buffer_.erase(0, record_);
    record_ = 0;
    if (buffer_.empty() && position_ == end_) return false;
    require(kHeaderBytes);
    Unpacker header(buffer_, kWhat);
    path_ = header.u32();
    record_ = kHeaderBytes + path_ + header.u32();
    require(record_);
    return true;
  }
  std::string_view path() const { return std::string_view(buffer_).substr(kHeaderBytes, path_); }
  std::string_view body() const {
    return std::string_view(buffer_).substr(kHeaderBytes + path_, record_ - kHeaderBytes - path_);
  }

 private:
  void require(std::size_t count) {
    if (buffer_.size() >= count) return;
    const std::size_t have = buffer_.size();
    const auto more = static_cast<std::size_t>(std::min<Bytes>(end_ - position_, std::max(read_bytes_, count - have)));
    buffer_.resize(have + more);
    read_exactly(*file_, position_, {reinterpret_cast<std::uint8_t*>(buffer_.data()) + have, more}, kWhat);
    position_ += more;
    if (buffer_.size() < count) throw Error(ErrorKind::kCorrupt, std::string(kWhat) + " is cut off");
  }

  const RangedReader* file_;
  Bytes position_;
  Bytes end_;
  std::size_t read_bytes_;
  std::string buffer_;  ///< starts with the current record
  std::size_t path_ = 0;
  std::size_t record_ = 0;
};

/// Holds a record back until it is sure that no later one has the same path.
class IndexSorter::Latest {
 public:
  explicit Latest(const Visit& visit) : visit_(visit) {}
  void offer(std::string_view path, std::string_view body) {
    if (path != path_) flush();
    path_ = path;
    body_ = body;
  }
  void flush() {
    if (!path_.empty()) visit_(path_, body_);
    path_.clear();
  }

 private:
  const Visit& visit_;
  std::string path_;
  std::string body_;
};

IndexSorter::IndexSorter(const vfs::Directory& spill, Bytes memory) : memory_(memory), spilled_(spill, 0) {}

IndexSorter::~IndexSorter() = default;

void IndexSorter::add(std::string_view path, std::string_view body) {
  const std::size_t record = path.size() + body.size();
  const Bytes held = arena_.size() + slots_.size() * sizeof(Slot);
  if (!slots_.empty() && held + record + sizeof(Slot) > memory_) spill();
  slots_.push_back({arena_.size(), static_cast<std::uint32_t>(path.size()), static_cast<std::uint32_t>(body.size())});
  arena_ += path;
  arena_ += body;
}

void IndexSorter::sort() {
  // Records with the same path stay in the order they came in: their offsets tell.
  std::sort(slots_.begin(), slots_.end(), [&](const Slot& a, const Slot& b) {
    const auto order = ListKey::of(path_of(a)) <=> ListKey::of(path_of(b));
    return order != 0 ? order < 0 : a.offset < b.offset;
  });
}

void IndexSorter::spill() {
  sort();
  const Bytes begin = spilled_.size();
  std::string piece;
  for (const Slot& slot : slots_) {
    pack_u32(piece, slot.path);
    pack_u32(piece, slot.body);
    piece += path_of(slot);
    piece += body_of(slot);
    if (piece.size() < kWriteBytes) continue;
    spilled_.append(piece);
    piece.clear();
  }
  spilled_.append(piece);
  runs_.push_back({begin, spilled_.size()});
  slots_.clear();
  arena_.clear();
}

void IndexSorter::finish(const Visit& visit) {
  Latest latest(visit);
  if (runs_.empty()) {
    sort();
    for (const Slot& slot : slots_) latest.offer(path_of(slot), body_of(slot));
    latest.flush();
    return;
  }
  spill();
  arena_ = std::string();
  slots_ = {};

  const std::size_t share = static_cast<std::size_t>(memory_) / runs_.size();
  std::vector<Run> runs;
  runs.reserve(runs_.size());
  for (const Extent& extent : runs_) {
    runs.emplace_back(spilled_, extent, std::clamp(share, kLeastReadBytes, kMostReadBytes));
  }
  // Least key on top; of equal keys the earlier run, so that the later one has the last word.
  const auto after = [&](std::size_t a, std::size_t b) {
    const auto order = ListKey::of(runs[a].path()) <=> ListKey::of(runs[b].path());
    return order != 0 ? order > 0 : a > b;
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(after)> queue(after);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].next()) queue.push(i);
  }
  while (!queue.empty()) {
    const std::size_t i = queue.top();
    queue.pop();
    latest.offer(runs[i].path(), runs[i].body());
    if (runs[i].next()) queue.push(i);
  }
  latest.flush();
}

}  // namespace strata::tree
