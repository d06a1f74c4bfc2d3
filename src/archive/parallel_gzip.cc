#include "strata/archive/parallel_gzip.h"

#include <algorithm>
#include <deque>
#include <future>
#include <mutex>
#include <vector>

#include "strata/archive/block_compressor.h"
#include "strata/base/cancel.h"
#include "strata/base/error.h"
#include "strata/base/worker_pool.h"

namespace strata::archive {
namespace {

using Buffer = std::vector<std::uint8_t>;

/// A block in work: its input, which the task shares, and its member to come.
struct Pending {
  std::shared_ptr<Buffer> input;
  std::future<Buffer> member;
};

/// How many blocks may be in work: two for each thread keep all busy while one is passed on; each costs its input and
/// its output, and the block being collected costs one more.
std::size_t blocks_in_work(const GzipOptions& options) {
  const Bytes by_memory = options.memory / options.block / 2;
  const Bytes wanted = options.threads * 2;
  return static_cast<std::size_t>(std::clamp<Bytes>(by_memory == 0 ? 0 : by_memory - 1, 1, wanted));
}

const GzipOptions& checked(const GzipOptions& options) {
  if (options.level < 1 || options.level > 9 || options.threads == 0 || options.threads > 256 || options.block == 0 ||
      options.block > ParallelGzip::kMaxBlock) {
    throw Error(ErrorKind::kInvalid, "gzip: level is 1 to 9, threads 1 to 256, block 1 byte to 16 MiB");
  }
  return options;
}

}  // namespace

struct ParallelGzip::Implementation {
  Implementation(ByteSink& next_sink, const GzipOptions& gzip_options, OnRestartPoint callback, std::stop_token token)
      : next(next_sink),
        options(checked(gzip_options)),
        on_restart_point(std::move(callback)),
        stop(std::move(token)),
        in_work(blocks_in_work(options)),
        pool(std::min(options.threads, in_work), in_work, "gzip") {
    collecting->reserve(options.block);
  }

  std::unique_ptr<BlockCompressor> take_compressor();
  void hand_out();
  void pass_on_oldest();
  void fail_when_broken() const {
    if (broken) throw Error(ErrorKind::kInternal, "gzip: used after an error or after its end");
  }

  ByteSink& next;
  const GzipOptions options;
  const OnRestartPoint on_restart_point;
  const std::stop_token stop;
  const std::size_t in_work;

  std::shared_ptr<Buffer> collecting = std::make_shared<Buffer>();
  std::deque<Pending> pending;
  std::vector<std::shared_ptr<Buffer>> free_inputs;
  Bytes taken = 0;
  Bytes started = 0;  ///< decoded offset of the oldest pending block
  Bytes given = 0;
  bool broken = false;

  std::mutex mutex;
  std::vector<std::unique_ptr<BlockCompressor>> idle;  ///< guarded by mutex
  WorkerPool pool;                                     ///< last: its threads use what is above until it is gone
};

std::unique_ptr<BlockCompressor> ParallelGzip::Implementation::take_compressor() {
  const std::lock_guard lock(mutex);
  if (idle.empty()) return std::make_unique<BlockCompressor>(options.level);
  auto compressor = std::move(idle.back());
  idle.pop_back();
  return compressor;
}

void ParallelGzip::Implementation::hand_out() {
  std::shared_ptr<Buffer> input = std::move(collecting);
  auto task = [this, input] {
    throw_if_stopped(stop);
    auto compressor = take_compressor();
    Buffer member = compressor->member(*input);
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(compressor));
    return member;
  };
  pending.push_back({input, pool.submit(std::move(task))});
  if (free_inputs.empty()) {
    collecting = std::make_shared<Buffer>();
    collecting->reserve(options.block);
  } else {
    collecting = std::move(free_inputs.back());
    free_inputs.pop_back();
    collecting->clear();
  }
  while (pending.size() >= in_work) pass_on_oldest();
}

void ParallelGzip::Implementation::pass_on_oldest() {
  Pending oldest = std::move(pending.front());
  pending.pop_front();
  const Buffer member = oldest.member.get();
  if (on_restart_point) on_restart_point({started, given});
  next.write(member);
  started += oldest.input->size();
  given += member.size();
  free_inputs.push_back(std::move(oldest.input));
}

ParallelGzip::ParallelGzip(ByteSink& next, const GzipOptions& options, OnRestartPoint on_restart_point,
                           std::stop_token stop)
    : implementation_(std::make_unique<Implementation>(next, options, std::move(on_restart_point), std::move(stop))) {}

ParallelGzip::~ParallelGzip() = default;

void ParallelGzip::write(std::span<const std::uint8_t> data) {
  Implementation& self = *implementation_;
  self.fail_when_broken();
  self.broken = true;  // until this call has ended well
  throw_if_stopped(self.stop);
  self.taken += data.size();
  while (!data.empty()) {
    const std::size_t room = static_cast<std::size_t>(self.options.block) - self.collecting->size();
    const auto piece = data.first(std::min(room, data.size()));
    self.collecting->insert(self.collecting->end(), piece.begin(), piece.end());
    data = data.subspan(piece.size());
    if (self.collecting->size() == self.options.block) self.hand_out();
  }
  self.broken = false;
}

void ParallelGzip::finish() {
  Implementation& self = *implementation_;
  self.fail_when_broken();
  self.broken = true;
  // A gzip file has at least one member, even when it holds nothing.
  if (!self.collecting->empty() || self.taken == 0) self.hand_out();
  while (!self.pending.empty()) self.pass_on_oldest();
  if (self.on_restart_point) self.on_restart_point({self.started, self.given});
}

Bytes ParallelGzip::decoded() const {
  return implementation_->taken;
}

Bytes ParallelGzip::stored() const {
  return implementation_->given;
}

}  // namespace strata::archive
