#include "strata/tree/restore/staged_content.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "strata/base/error.h"
#include "strata/crypto/digest.h"
#include "strata/tree/restore/path_text.h"

namespace strata::tree {

namespace {

/// Large enough that the calls do not matter, small beside the memory of a job.
constexpr std::size_t kBufferBytes = 256_KiB;
/// The page: what file systems can leave out.
constexpr std::size_t kHoleBytes = 4_KiB;

bool is_zero(std::span<const std::uint8_t> block) {
  // The first byte is zero and each equals the one before it.
  return block[0] == 0 && std::memcmp(block.data(), block.data() + 1, block.size() - 1) == 0;
}

/// Writes the blocks that are not zero; runs of them in one call. `offset` is a multiple of the block.
void write_sparse(const vfs::File& file, Bytes offset, std::span<const std::uint8_t> data) {
  std::size_t start = 0;
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t end = std::min(at + kHoleBytes, data.size());
    if (is_zero(data.subspan(at, end - at))) {
      if (start < at) file.write_at(offset + start, data.subspan(start, at - start));
      start = end;
    }
    at = end;
  }
  if (start < data.size()) file.write_at(offset + start, data.subspan(start));
}

Error damaged(const Entry& entry, std::string_view how) {
  return Error(ErrorKind::kCorrupt, "the backup is damaged: " + in_quotes(entry.path) + " " + std::string(how));
}

}  // namespace

ContentCopier::ContentCopier() : buffer_(kBufferBytes) {}

std::size_t ContentCopier::fill(EntryStream& stream) {
  std::size_t filled = 0;
  while (filled < buffer_.size()) {
    const std::size_t got = stream.read(std::span(buffer_).subspan(filled));
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

void ContentCopier::copy(const Entry& entry, EntryStream& stream, vfs::File& file,
                         const std::function<void(Bytes)>& on_bytes) {
  std::optional<crypto::Digest> digest;
  if (entry.hash) digest.emplace(crypto::Algorithm::kSha256);
  Bytes done = 0;
  for (;;) {
    const auto data = std::span(std::as_const(buffer_)).first(fill(stream));
    if (data.size() > entry.size - done) throw damaged(entry, "is longer than what was recorded of it");
    if (digest) digest->update(data);
    if (entry.sparse) {
      write_sparse(file, done, data);
    } else {
      file.write(data);
    }
    done += data.size();
    on_bytes(data.size());
    if (data.size() < buffer_.size()) break;
  }
  if (done != entry.size) throw damaged(entry, "is shorter than what was recorded of it");
  if (entry.sparse) file.truncate(entry.size);  // it may end in a hole
  if (digest && !std::ranges::equal(digest->finish(), *entry.hash)) {
    throw damaged(entry, "does not have the content that was recorded of it");
  }
}

}  // namespace strata::tree
