#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>

#include "strata/archive/byte_sink.h"
#include "strata/base/units.h"
#include "strata/tree/index.h"

namespace strata::archive {

struct GzipOptions {
  int level = 1;                    ///< deflate level 1 to 9 for what compresses
  std::size_t threads = 2;          ///< compression threads
  Bytes block = 1024 * 1024;        ///< decoded bytes of one member; at most kMaxBlock
  Bytes memory = 64 * 1024 * 1024;  ///< buffers stay below; at least one block is always in work
};

/// Compresses a stream as gzip in independent blocks, one member each, on several threads. Multi-member gzip is what
/// RFC 1952 2.2 defines: every reader takes it. The result depends on input and options only, not on threads or timing.
///
/// Each block is tried first: packed data (game regions, jars, images) goes through the fast engine or is stored, as
/// the slow one would win under one per cent for twenty times the time; text goes through the level asked for. No block
/// grows by more than its stored form.
///
/// write() collects, hands full blocks to the threads, and passes finished ones in order to `next`, always from the
/// calling thread; it waits when the memory is used up. Any error (engine, `next`, stop) ends it. One thread.
class ParallelGzip final : public ByteSink {
 public:
  static constexpr Bytes kMaxBlock = 16 * 1024 * 1024;
  using OnRestartPoint = std::function<void(const tree::RestartPoint&)>;

  /// `next` must outlive this. `on_restart_point` gets the start of each member, and after the last the end of all:
  /// so a block is always what lies between two points. kInvalid for options out of range.
  ParallelGzip(ByteSink& next, const GzipOptions& options, OnRestartPoint on_restart_point, std::stop_token stop);
  ~ParallelGzip() override;

  void write(std::span<const std::uint8_t> data) override;
  /// Compresses the rest and waits for all blocks. Without finish() the stream is not complete.
  void finish();

  Bytes decoded() const;  ///< bytes taken
  Bytes stored() const;   ///< bytes given to `next`

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace strata::archive
