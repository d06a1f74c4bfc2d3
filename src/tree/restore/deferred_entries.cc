#include "strata/tree/restore/deferred_entries.h"

#include <cstring>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::tree {

namespace {

constexpr std::size_t kBufferBytes = 256_KiB;
constexpr Bytes kLengthBytes = sizeof(std::uint32_t);

template <class Number>
void put(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

/// The file is our own and nobody else reaches it; a length that does not fit is a defect or a broken disk.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_(rest) {}

  template <class Number>
  Number number() {
    Number value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text() { return std::string(take(number<std::uint32_t>())); }

 private:
  std::string_view take(std::size_t size) {
    if (size > rest_.size()) throw Error(ErrorKind::kCorrupt, "the list of deferred entries of a restore is damaged");
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::string_view rest_;
};

std::string encode(const Deferred& entry) {
  std::string out;
  put(out, std::string_view(entry.path.bytes()));
  put(out, std::string_view(entry.link_target));
  put(out, entry.mode);
  put(out, entry.has_owner);
  put(out, entry.uid);
  put(out, entry.gid);
  put(out, entry.has_mtime);
  put(out, entry.mtime_ns);
  put(out, static_cast<std::uint32_t>(entry.attributes.size()));
  for (const auto& attribute : entry.attributes) {
    put(out, std::string_view(attribute.name));
    put(out, std::string_view(attribute.value));
  }
  return out;
}

Deferred decode(std::string_view bytes) {
  Cursor in(bytes);
  Deferred entry;
  entry.path = vfs::Path::parse(in.text());
  entry.link_target = in.text();
  entry.mode = in.number<std::uint32_t>();
  entry.has_owner = in.number<bool>();
  entry.uid = in.number<std::uint32_t>();
  entry.gid = in.number<std::uint32_t>();
  entry.has_mtime = in.number<bool>();
  entry.mtime_ns = in.number<std::int64_t>();
  for (auto left = in.number<std::uint32_t>(); left > 0; --left) {
    std::string name = in.text();
    entry.attributes.push_back({std::move(name), in.text()});
  }
  return entry;
}

}  // namespace

void DeferredEntries::add(const Deferred& entry) {
  const std::string bytes = encode(entry);
  const auto length = static_cast<std::uint32_t>(bytes.size());
  // The length on both sides: the file is read from either end.
  put(buffer_, length);
  buffer_ += bytes;
  put(buffer_, length);
  if (buffer_.size() >= kBufferBytes) flush();
}

void DeferredEntries::flush() {
  file_.write_at(size_, as_bytes(buffer_));
  size_ += buffer_.size();
  buffer_.clear();
}

Bytes DeferredEntries::length_at(Bytes offset) const {
  std::array<std::uint8_t, kLengthBytes> bytes{};
  file_.read_at(offset, bytes);
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data(), bytes.size());
  return length;
}

Deferred DeferredEntries::read(Bytes offset, Bytes length) const {
  std::vector<std::uint8_t> bytes(length);
  if (file_.read_at(offset, bytes) != length) {
    throw Error(ErrorKind::kCorrupt, "the list of deferred entries of a restore is cut off");
  }
  return decode(as_text(bytes));
}

void DeferredEntries::for_each(const std::function<void(const Deferred&)>& visit) {
  flush();
  for (Bytes at = 0; at < size_;) {
    const Bytes length = length_at(at);
    visit(read(at + kLengthBytes, length));
    at += length + 2 * kLengthBytes;
  }
}

void DeferredEntries::for_each_reversed(const std::function<void(const Deferred&)>& visit) {
  flush();
  for (Bytes end = size_; end > 0;) {
    const Bytes length = length_at(end - kLengthBytes);
    end -= length + 2 * kLengthBytes;
    visit(read(end + kLengthBytes, length));
  }
}

}  // namespace strata::tree
