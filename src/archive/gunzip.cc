#include "strata/archive/gunzip.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <fmt/format.h>
#include <libdeflate.h>
#include <zlib.h>

#include "strata/archive/gzip_member.h"
#include "strata/archive/gzip_tail.h"
#include "strata/base/error.h"

namespace strata::archive {
namespace {

constexpr std::size_t kInputBytes = 256 * 1024;
static_assert(kInputBytes > kMaxGzipHeaderBytes);

[[noreturn]] void throw_damaged(std::string_view what) {
  throw Error(ErrorKind::kCorrupt, fmt::format("damaged gzip stream: {}", what));
}

}  // namespace

struct Gunzip::Implementation {
  Implementation(ByteSource& byte_source, GunzipLimits gunzip_limits)
      : source(byte_source), limits(gunzip_limits), input(kInputBytes) {
    if (inflateInit2(&inflater, -MAX_WBITS) != Z_OK) throw Error(ErrorKind::kInternal, "cannot start a gzip decoder");
  }
  ~Implementation() { inflateEnd(&inflater); }

  std::span<const std::uint8_t> available() const { return std::span(input).subspan(begin, end - begin); }
  bool fill();
  bool start_member();
  std::size_t inflate_into(std::span<std::uint8_t> out);
  void end_member();
  void expect_only_zeros();
  void count(std::size_t produced);

  enum class State { kHeader, kBody, kTrailer, kEnd };

  ByteSource& source;
  const GunzipLimits limits;
  std::vector<std::uint8_t> input;
  std::size_t begin = 0;
  std::size_t end = 0;
  z_stream inflater{};
  State state = State::kHeader;
  bool first_member = true;
  bool index_seen = false;
  std::uint32_t crc = 0;
  Bytes member_bytes = 0;
  Bytes total_in = 0;
  Bytes total_out = 0;
};

/// Adds input behind what is not used yet. False at the end of the source.
bool Gunzip::Implementation::fill() {
  std::memmove(input.data(), input.data() + begin, end - begin);
  end -= begin;
  begin = 0;
  const std::size_t got = source.read(std::span(input).subspan(end));
  end += got;
  total_in += got;
  return got != 0;
}

/// False at the end of the stream.
bool Gunzip::Implementation::start_member() {
  if (begin == end && !fill()) {
    if (first_member) throw_damaged("the file is empty");
    return false;
  }
  if (!first_member && available().front() == 0) {
    expect_only_zeros();
    return false;
  }
  std::optional<GzipHeader> header;
  while (!(header = parse_gzip_header(available()))) {
    if (!fill()) throw_damaged("it ends inside a member header");
  }
  if (has_subfield(header->subfields, kIndexPieceId) || has_subfield(header->subfields, kIndexFooterId)) {
    index_seen = true;
  }
  begin += header->size;
  first_member = false;
  crc = 0;
  member_bytes = 0;
  if (inflateReset(&inflater) != Z_OK) throw Error(ErrorKind::kInternal, "cannot restart the gzip decoder");
  state = State::kBody;
  return true;
}

std::size_t Gunzip::Implementation::inflate_into(std::span<std::uint8_t> out) {
  if (begin == end && !fill()) throw_damaged("it ends before the end of its data");
  const std::size_t room = std::min<std::size_t>(out.size(), 1u << 30);
  inflater.next_in = input.data() + begin;
  inflater.avail_in = static_cast<uInt>(end - begin);
  inflater.next_out = out.data();
  inflater.avail_out = static_cast<uInt>(room);
  const int result = inflate(&inflater, Z_NO_FLUSH);
  begin = end - inflater.avail_in;
  const std::size_t produced = room - inflater.avail_out;
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
    throw_damaged(inflater.msg != nullptr ? inflater.msg : "its data cannot be decoded");
  }
  crc = libdeflate_crc32(crc, out.data(), produced);
  member_bytes += produced;
  count(produced);
  if (result == Z_STREAM_END) state = State::kTrailer;
  return produced;
}

void Gunzip::Implementation::count(std::size_t produced) {
  total_out += produced;
  if (total_out > limits.output) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("the archive holds more than {} when decoded", human_bytes(limits.output)));
  }
  if (limits.ratio != 0 && total_out > limits.ratio_after && total_out / limits.ratio > total_in) {
    throw Error(ErrorKind::kTooLarge,
                fmt::format("the archive grows more than {} times when decoded: refused as a decompression bomb",
                            limits.ratio));
  }
}

void Gunzip::Implementation::end_member() {
  while (end - begin < kGzipTrailerBytes) {
    if (!fill()) throw_damaged("it ends before the check of its data");
  }
  const auto trailer = available().first(kGzipTrailerBytes);
  if (load_le(trailer.first(4)) != crc || load_le(trailer.subspan(4, 4)) != (member_bytes & 0xffffffff)) {
    throw_damaged("the data does not match its checksum");
  }
  begin += kGzipTrailerBytes;
  state = State::kHeader;
}

void Gunzip::Implementation::expect_only_zeros() {
  do {
    if (std::ranges::any_of(available(), [](std::uint8_t byte) { return byte != 0; })) {
      throw_damaged("something else follows its last member");
    }
    begin = end;
  } while (fill());
}

Gunzip::Gunzip(ByteSource& source, GunzipLimits limits)
    : implementation_(std::make_unique<Implementation>(source, limits)) {}

Gunzip::~Gunzip() = default;

std::size_t Gunzip::read(std::span<std::uint8_t> out) {
  Implementation& self = *implementation_;
  using State = Implementation::State;
  if (out.empty()) return 0;
  while (self.state != State::kEnd) {
    if (self.state == State::kHeader && !self.start_member()) self.state = State::kEnd;
    if (self.state == State::kBody) {
      if (const std::size_t produced = self.inflate_into(out); produced != 0) return produced;
    }
    if (self.state == State::kTrailer) self.end_member();
  }
  return 0;
}

bool Gunzip::saw_index() const {
  return implementation_->index_seen;
}

}  // namespace strata::archive
