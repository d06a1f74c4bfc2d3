#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "strata/tree/spill_buffer.h"

namespace strata::tree {

/// Internal to this room: sorts any number of records by ListKey in bounded memory. What does not fit is written as
/// sorted runs into one unnamed file, which are merged at the end. One thread.
class IndexSorter {
 public:
  IndexSorter(const vfs::Directory& spill, Bytes memory);
  ~IndexSorter();

  void add(std::string_view path, std::string_view body);

  using Visit = std::function<void(std::string_view path, std::string_view body)>;
  /// Every record in order, once; of those with the same path only the one that was added last. Ends this object's use.
  void finish(const Visit& visit);

 private:
  class Run;
  class Latest;
  /// A record in the arena: path, then body.
  struct Slot {
    std::size_t offset;
    std::uint32_t path;
    std::uint32_t body;
  };
  struct Extent {
    Bytes begin;
    Bytes end;
  };
  std::string_view path_of(const Slot& slot) const { return std::string_view(arena_).substr(slot.offset, slot.path); }
  std::string_view body_of(const Slot& slot) const {
    return std::string_view(arena_).substr(slot.offset + slot.path, slot.body);
  }
  void sort();
  void spill();

  const Bytes memory_;
  std::string arena_;
  std::vector<Slot> slots_;
  SpillBuffer spilled_;
  std::vector<Extent> runs_;
};

}  // namespace strata::tree
