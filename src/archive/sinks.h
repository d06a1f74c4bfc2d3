#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>

#include "strata/archive/byte_sink.h"
#include "strata/archive/throttle.h"
#include "strata/base/units.h"
#include "strata/crypto/digest.h"
#include "strata/tree/ranged_reader.h"
#include "strata/vfs/file.h"

namespace strata::archive {

/// Writes to a file, in order. One thread.
class FileSink final : public ByteSink {
 public:
  explicit FileSink(vfs::File& file) : file_(file) {}
  void write(std::span<const std::uint8_t> data) override;

 private:
  vfs::File& file_;
};

/// Hashes what passes through. One thread.
class HashingSink final : public ByteSink {
 public:
  HashingSink(ByteSink& next, crypto::Algorithm algorithm) : next_(next), digest_(algorithm) {}
  void write(std::span<const std::uint8_t> data) override;
  Bytes written() const { return written_; }
  crypto::Digest& digest() { return digest_; }

 private:
  ByteSink& next_;
  crypto::Digest digest_;
  Bytes written_ = 0;
};

/// Slows what passes through. One thread.
class ThrottledSink final : public ByteSink {
 public:
  ThrottledSink(ByteSink& next, Throttle throttle, std::stop_token stop)
      : next_(next), throttle_(throttle), stop_(std::move(stop)) {}
  void write(std::span<const std::uint8_t> data) override;

 private:
  ByteSink& next_;
  Throttle throttle_;
  std::stop_token stop_;
};

/// Runs the sinks behind it on a thread of its own, so that hashing and writing of stored bytes overlap with reading
/// and compressing. Bytes are copied into a few buffers of 1 MiB; write() waits while all are full. An error behind
/// surfaces in the next write() or in finish(). One calling thread.
class BackgroundSink final : public ByteSink {
 public:
  /// `next` must outlive this and is used by the background thread only, until finish() returned or this is destroyed.
  explicit BackgroundSink(ByteSink& next, std::size_t buffers = 4);
  /// Without finish(), what is not yet passed on is dropped.
  ~BackgroundSink() override;
  void write(std::span<const std::uint8_t> data) override;
  /// Waits until everything is passed on.
  void finish();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Slows reads: the `read_limit` of a restore. Any thread; readers share the one bucket.
class ThrottledReader final : public tree::RangedReader {
 public:
  ThrottledReader(std::shared_ptr<const tree::RangedReader> next, Throttle throttle, std::stop_token stop)
      : next_(std::move(next)), throttle_(throttle), stop_(std::move(stop)) {}
  Bytes size() const override { return next_->size(); }
  std::size_t read_at(Bytes offset, std::span<std::uint8_t> out) const override;

 private:
  std::shared_ptr<const tree::RangedReader> next_;
  mutable std::mutex mutex_;
  mutable Throttle throttle_;
  std::stop_token stop_;
};

/// One pass over the bytes of a reader, from `offset` on. One thread.
class RangedSource final : public ByteSource {
 public:
  explicit RangedSource(std::shared_ptr<const tree::RangedReader> reader, Bytes offset = 0)
      : reader_(std::move(reader)), offset_(offset) {}
  std::size_t read(std::span<std::uint8_t> out) override;

 private:
  std::shared_ptr<const tree::RangedReader> reader_;
  Bytes offset_;
};

}  // namespace strata::archive
