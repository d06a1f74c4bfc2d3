#pragma once

#include <cstddef>
#include <span>

#include "strata/process/descriptor.h"

namespace strata::process {

/// Both ends of a pipe for what a child writes. Ours does not block, the child's does; neither is inherited by
/// accident. Room-internal.
struct Pipe {
  Descriptor ours;
  Descriptor theirs;

  static Pipe open();
};

/// /dev/null for reading and writing.
Descriptor open_null();

/// What is there now: the number of bytes, 0 at the end of the stream, -1 when nothing is there yet. Throws kIo.
std::ptrdiff_t read_available(const Descriptor& from, std::span<char> buffer);

}  // namespace strata::process
