#pragma once

#include <cstdint>
#include <span>

namespace strata::archive {

/// Where an archive goes: a file, a multipart upload, an HTTP response. The writer does not know. One thread. An Error
/// from write() ends the archive: nothing more is written.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void write(std::span<const std::uint8_t> data) = 0;
};

/// Where archive bytes come from, in one pass. 0 at the end; errors throw.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::size_t read(std::span<std::uint8_t> out) = 0;
};

}  // namespace strata::archive
