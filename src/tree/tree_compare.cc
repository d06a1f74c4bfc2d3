#include "strata/tree/tree_compare.h"

#include <algorithm>

#include <fmt/format.h>

#include "strata/base/cancel.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"

namespace strata::tree {

namespace {

constexpr std::size_t kBufferBytes = 256 * 1024;

/// One side of the comparison: knows its present entry and that paths rise.
class Side {
 public:
  Side(EntryStream& stream, std::string_view name) : stream_(stream), name_(name) { advance(); }

  const std::optional<Entry>& entry() const { return entry_; }
  void advance() {
    auto following = stream_.next();
    if (following && entry_ && following->path <= entry_->path) {
      throw Error(ErrorKind::kCorrupt,
                  fmt::format("the {} tree gives '{}' after '{}': its entries are out of order", name_,
                              to_readable_utf8(following->path.bytes()), to_readable_utf8(entry_->path.bytes())));
    }
    entry_ = std::move(following);
  }
  /// Fills `out` unless the content ends.
  std::size_t read(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
      const std::size_t count = stream_.read(out.subspan(done));
      if (count == 0) break;
      done += count;
    }
    return done;
  }

 private:
  EntryStream& stream_;
  std::string_view name_;
  std::optional<Entry> entry_;
};

class Comparer {
 public:
  Comparer(EntryStream& expected, EntryStream& actual, const CompareOptions& options, const std::stop_token& stop,
           const std::function<void(Bytes)>& on_bytes)
      : options_(options),
        stop_(stop),
        on_bytes_(on_bytes),
        expected_(expected, "expected"),
        actual_(actual, "actual") {}

  Comparison run() {
    while (expected_.entry() || actual_.entry()) {
      throw_if_stopped(stop_);
      const auto order = compare_paths();
      if (order <= 0) count_expected();
      if (order < 0) {
        report(expected_.entry()->path, "missing");
      } else if (order > 0) {
        report(actual_.entry()->path, "not expected");
      } else {
        compare_entries();
      }
      if (order <= 0) expected_.advance();
      if (order >= 0) actual_.advance();
    }
    return std::move(result_);
  }

 private:
  std::strong_ordering compare_paths() const {
    if (!actual_.entry()) return std::strong_ordering::less;
    if (!expected_.entry()) return std::strong_ordering::greater;
    return expected_.entry()->path <=> actual_.entry()->path;
  }

  void count_expected() {
    ++result_.entries;
    if (!expected_.entry()->is_directory()) ++result_.files;
  }

  void report(const vfs::Path& path, std::string what) {
    ++result_.count;
    if (result_.differences.size() < options_.limit) result_.differences.push_back({path, std::move(what)});
  }

  void compare_entries() {
    const Entry& expected = *expected_.entry();
    const Entry& actual = *actual_.entry();
    std::string what;
    const auto differ = [&](const std::string& text) { what += (what.empty() ? "" : ", ") + text; };
    if (expected.type != actual.type) {
      report(expected.path, fmt::format("{} instead of {}", name_of(actual), name_of(expected)));
      return;
    }
    if (expected.size != actual.size) differ(fmt::format("size {} instead of {}", actual.size, expected.size));
    if (options_.modes && !expected.is_symlink() && expected.mode != actual.mode) {
      differ(fmt::format("mode {:04o} instead of {:04o}", actual.mode, expected.mode));
    }
    if (options_.times && expected.mtime_ns != actual.mtime_ns) {
      differ(fmt::format("modified at {} ns instead of {} ns", actual.mtime_ns, expected.mtime_ns));
    }
    if (options_.owners && (expected.uid != actual.uid || expected.gid != actual.gid)) {
      differ(fmt::format("owner {}:{} instead of {}:{}", actual.uid, actual.gid, expected.uid, expected.gid));
    }
    if (expected.link_target != actual.link_target) {
      differ(fmt::format("points to '{}' instead of '{}'", to_readable_utf8(actual.link_target),
                         to_readable_utf8(expected.link_target)));
    }
    if (options_.hard_links && expected.hard_link != actual.hard_link) differ(hard_link_difference(expected, actual));
    if (options_.attributes && !expected.hard_link && !actual.hard_link && expected.attributes != actual.attributes) {
      differ("extended attributes differ");
    }
    if (expected.is_regular() && expected.size == actual.size && !expected.hard_link && !actual.hard_link) {
      if (const auto text = content_difference(expected)) differ(*text);
    }
    if (!what.empty()) report(expected.path, std::move(what));
  }

  static std::string name_of(const Entry& entry) {
    if (entry.is_directory()) return "a directory";
    return entry.is_symlink() ? "a symbolic link" : "a file";
  }

  static std::string hard_link_difference(const Entry& expected, const Entry& actual) {
    const auto name = [](const Entry& entry) {
      return entry.hard_link ? "a hard link to '" + to_readable_utf8(entry.hard_link->bytes()) + "'"
                             : "a file of its own";
    };
    return name(actual) + " instead of " + name(expected);
  }

  std::optional<std::string> content_difference(const Entry& expected) {
    if (options_.content == CompareOptions::Content::kBytes) return bytes_difference();
    if (options_.content == CompareOptions::Content::kHash && expected.hash) return hash_difference(*expected.hash);
    return std::nullopt;
  }

  std::optional<std::string> bytes_difference() {
    Bytes offset = 0;
    while (true) {
      const std::size_t wanted = expected_.read(first_);
      const std::size_t got = read_actual(second_);
      const auto [left, right] = std::mismatch(first_.begin(), first_.begin() + static_cast<std::ptrdiff_t>(wanted),
                                               second_.begin(), second_.begin() + static_cast<std::ptrdiff_t>(got));
      const auto same = static_cast<std::size_t>(left - first_.begin());
      if (same < wanted || same < got) return fmt::format("content differs at byte {}", offset + same);
      if (wanted == 0) return std::nullopt;
      offset += wanted;
    }
  }

  std::optional<std::string> hash_difference(const ContentHash& expected) {
    result_.hashes_compared = true;
    crypto::Digest digest(crypto::Algorithm::kSha256);
    while (const std::size_t count = read_actual(second_)) digest.update(std::span(second_).first(count));
    const auto hash = digest.finish();
    if (std::equal(hash.begin(), hash.end(), expected.begin(), expected.end())) return std::nullopt;
    return "content differs from its recorded hash";
  }

  std::size_t read_actual(std::span<std::uint8_t> out) {
    throw_if_stopped(stop_);
    const std::size_t count = actual_.read(out);
    result_.bytes += count;
    if (on_bytes_ && count > 0) on_bytes_(count);
    return count;
  }

  const CompareOptions& options_;
  const std::stop_token& stop_;
  const std::function<void(Bytes)>& on_bytes_;
  Side expected_;
  Side actual_;
  Comparison result_;
  std::vector<std::uint8_t> first_ = std::vector<std::uint8_t>(kBufferBytes);
  std::vector<std::uint8_t> second_ = std::vector<std::uint8_t>(kBufferBytes);
};

}  // namespace

Comparison compare(EntryStream& expected, EntryStream& actual, const CompareOptions& options,
                   const std::stop_token& stop, const std::function<void(Bytes)>& on_bytes) {
  return Comparer(expected, actual, options, stop, on_bytes).run();
}

std::string describe(const Comparison& comparison) {
  std::string text;
  for (const auto& difference : comparison.differences) {
    text += to_readable_utf8(difference.path.bytes()) + ": " + difference.what + "\n";
  }
  const auto more = comparison.count - comparison.differences.size();
  if (more > 0) text += fmt::format("and {} more\n", more);
  return text;
}

}  // namespace strata::tree
