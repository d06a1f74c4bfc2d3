#include "strata/cli/progress_bar.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace strata::cli {
namespace {

constexpr std::chrono::seconds kWindow{10};
/// A download reports every piece, thousands a second: neither the terminal nor the meter needs them all.
constexpr std::chrono::milliseconds kTick{100};

double fraction(const ProgressSample& sample) {
  if (sample.total_bytes == 0) return 0;
  return std::min(1.0, static_cast<double>(sample.bytes) / static_cast<double>(sample.total_bytes));
}

}  // namespace

void RateMeter::add(Time now, Bytes bytes) {
  if (!samples_.empty() && bytes < samples_.back().bytes) samples_.clear();  // the next phase starts from zero
  const bool within_tick = samples_.size() >= 2 && now - samples_[samples_.size() - 2].time < kTick;
  if (within_tick) {
    samples_.back() = {now, bytes};
  } else {
    samples_.push_back({now, bytes});
  }
  while (samples_.size() > 2 && now - samples_.front().time > kWindow) samples_.pop_front();
}

std::optional<double> RateMeter::bytes_per_second() const {
  if (samples_.size() < 2) return std::nullopt;
  const std::chrono::duration<double> elapsed = samples_.back().time - samples_.front().time;
  if (elapsed.count() < 0.2) return std::nullopt;
  return static_cast<double>(samples_.back().bytes - samples_.front().bytes) / elapsed.count();
}

std::string ProgressBar::details(const ProgressSample& sample) const {
  std::string text = sample.total_bytes == 0 ? human_bytes(sample.bytes)
                                             : fmt::format("{:3.0f} %  {} of {}", fraction(sample) * 100,
                                                           human_bytes(sample.bytes), human_bytes(sample.total_bytes));
  if (sample.total_files != 0) text += fmt::format(", {} of {} files", sample.files, sample.total_files);
  if (const auto rate = rate_.bytes_per_second(); rate && *rate >= 1) {
    text += fmt::format(", {}/s", human_bytes(static_cast<Bytes>(*rate)));
    if (sample.total_bytes > sample.bytes) {
      text += fmt::format(", {} left",
                          human_seconds(std::llround(static_cast<double>(sample.total_bytes - sample.bytes) / *rate)));
    }
  }
  return text;
}

void ProgressBar::update(const ProgressSample& sample) {
  if (output_.json()) return;
  const Time now = clock_.steady_now();
  rate_.add(now, sample.bytes);
  if (output_.terminal()) {
    const bool is_last = sample.total_bytes != 0 && sample.bytes == sample.total_bytes;
    if (!drawn_ || sample.phase != phase_ || is_last || now - drawn_at_ >= kTick) draw(sample, now);
    return;
  }
  const int tenth = static_cast<int>(fraction(sample) * 10);
  if (sample.phase == phase_ && tenth <= tenth_) return;
  phase_ = sample.phase;
  tenth_ = tenth;
  output_.note(fmt::format("{}: {}", printable(sample.phase), details(sample)));
}

void ProgressBar::draw(const ProgressSample& sample, Time now) {
  constexpr std::size_t kBar = 24;
  const auto filled = static_cast<std::size_t>(std::lround(fraction(sample) * kBar));
  std::string text = fmt::format("{:<9} [{}{}] {}", printable(sample.phase), std::string(filled, '#'),
                                 std::string(kBar - filled, '.'), details(sample));
  text.resize(std::min(text.size(), output_.columns() > 1 ? output_.columns() - 1 : text.size()));
  output_.raw("\r\x1b[K" + text);
  phase_ = sample.phase;
  drawn_at_ = now;
  drawn_ = true;
}

void ProgressBar::finish() noexcept {
  if (drawn_) output_.raw("\n");
  drawn_ = false;
}

}  // namespace strata::cli
