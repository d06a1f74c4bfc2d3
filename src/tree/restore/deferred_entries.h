#pragma once

#include <functional>

#include "strata/tree/entry.h"
#include "strata/tree/spill_buffer.h"
#include "strata/vfs/directory.h"

namespace strata::tree {

/// What is put on an entry after everything else was made.
struct Deferred {
  Entry entry;
  bool implied = false;  ///< a folder on the way to an entry: the backup says nothing about it
};

/// Keeps deferred entries in the order of their arrival. A backup may have millions: past a few MiB they go to an
/// unnamed file. One thread.
class DeferredEntries {
 public:
  /// `area` is where the file is made, and must outlive this.
  explicit DeferredEntries(const vfs::Directory& area);

  void add(const Deferred& deferred);

  using Visit = std::function<void(const Deferred&)>;
  void for_each(const Visit& visit) const;
  void for_each_reversed(const Visit& visit) const;

 private:
  Bytes length_at(Bytes offset) const;
  Deferred read(Bytes offset, Bytes length) const;

  SpillBuffer records_;
};

}  // namespace strata::tree
