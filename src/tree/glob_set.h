#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "strata/tree/glob.h"

namespace strata::tree {

/// Many patterns matched at the same time, in time that no pattern can blow up: all patterns advance in step over the
/// text, one bit for each place in a pattern (a non-deterministic automaton run on words of 64 bits). A byte of text
/// costs a few operations for each word that still has a live place, and most die at their first byte: a thousand
/// rules as people write them take 1 us for a path of 60 bytes, 16,384 places that all stay alive (made-up rules) 50
/// us. Backtracking, the usual way, is exponential in the number of stars. Build, then use from any thread.
class GlobSet {
 public:
  /// Places of all patterns: about their length in bytes, stars aside. 256 words, and 512 KiB of masks.
  static constexpr std::size_t kMaxStates = 16'384;

  /// `tag` is what match() answers; tags never fall from one call to the next. Throws kTooLarge past kMaxStates.
  void add(const GlobSequence& pattern, std::int32_t tag, bool directories_only);

  /// To be called once, after the last add().
  void seal();

  /// The highest tag among the patterns that match the whole text, -1 when none does.
  std::int32_t match(std::string_view text, bool is_directory) const;

  bool empty() const { return states_.empty(); }
  std::int32_t highest_tag() const { return empty() ? -1 : states_.back().tag; }

 private:
  using Word = std::uint64_t;
  static constexpr std::size_t kBits = 64;
  static constexpr std::size_t kMaxWords = kMaxStates / kBits;
  using Words = std::array<Word, kMaxWords>;
  /// One bit for each word that is not zero.
  using Summary = std::array<Word, (kMaxWords + kBits - 1) / kBits>;

  enum class Loop : std::uint8_t { kNone, kName, kAny };

  /// A place in a pattern: which bytes keep us here, which lead to the next place.
  struct State {
    ByteSet step;
    Loop loop = Loop::kNone;
    bool also_next = false;  ///< whoever enters here has entered the next place too
    bool first = false;
    bool accepts = false;
    bool directories_only = false;
    std::int32_t tag = -1;
  };

  std::vector<Word> masked(auto predicate) const;
  void advance(Words& places, Summary& live, unsigned char byte) const;

  std::vector<State> states_;
  // Made by seal(); all have one bit for each state.
  std::vector<Word> steps_;  ///< for byte b the words from b * words() on
  std::vector<Word> start_, also_next_, loop_name_, loop_any_, accept_, accept_file_;

  std::size_t words() const { return start_.size(); }
};

}  // namespace strata::tree
