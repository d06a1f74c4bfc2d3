#include "strata/tree/restore/deferred_entries.h"

#include <string>

#include "strata/base/encoding.h"
#include "strata/tree/index_format.h"
#include "strata/tree/packing.h"
#include "strata/tree/readers.h"

namespace strata::tree {

namespace {

constexpr Bytes kMemory = 4_MiB;
constexpr Bytes kLengthBytes = 4;
constexpr std::string_view kWhat = "the list of deferred entries of a restore";

std::string bytes_at(const RangedReader& records, Bytes offset, Bytes length) {
  std::vector<std::uint8_t> bytes(length);
  read_exactly(records, offset, bytes, kWhat);
  return std::string(as_text(bytes));
}

}  // namespace

DeferredEntries::DeferredEntries(const vfs::Directory& area) : records_(area, kMemory) {}

void DeferredEntries::add(const Deferred& deferred) {
  std::string record;
  record += deferred.implied ? '\1' : '\0';
  pack_text(record, deferred.entry.path.bytes());
  record += encode_body(deferred.entry);
  // The length on both sides: the list is read from either end.
  std::string length;
  pack_u32(length, static_cast<std::uint32_t>(record.size()));
  records_.append(length + record + length);
}

Bytes DeferredEntries::length_at(Bytes offset) const {
  const std::string bytes = bytes_at(records_, offset, kLengthBytes);
  return Unpacker(bytes, kWhat).u32();
}

Deferred DeferredEntries::read(Bytes offset, Bytes length) const {
  const std::string bytes = bytes_at(records_, offset, length);
  Unpacker in(bytes, kWhat);
  const bool implied = in.u8() != 0;
  const auto path = in.text(vfs::kMaxPathBytes);
  return {.entry = decode_body(path, in.take(in.left())), .implied = implied};
}

void DeferredEntries::for_each(const Visit& visit) const {
  for (Bytes at = 0; at < records_.size();) {
    const Bytes length = length_at(at);
    visit(read(at + kLengthBytes, length));
    at += length + 2 * kLengthBytes;
  }
}

void DeferredEntries::for_each_reversed(const Visit& visit) const {
  for (Bytes end = records_.size(); end > 0;) {
    const Bytes length = length_at(end - kLengthBytes);
    end -= length + 2 * kLengthBytes;
    visit(read(end + kLengthBytes, length));
  }
}

}  // namespace strata::tree
