#include "strata/tree/glob_set.h"

#include <bit>

#include "strata/base/error.h"

namespace strata::tree {

void GlobSet::add(const GlobSequence& pattern, std::int32_t tag, bool directories_only) {
  const auto append = [&]() -> State& {
    if (states_.size() == kMaxStates) {
      throw Error(ErrorKind::kTooLarge,
                  "the ignore rules have too many wildcards: together the rules with wildcards may have 16,384 "
                  "characters; list plain names and '*.suffix' rules instead, which are not counted");
    }
    State& state = states_.emplace_back();
    state.tag = tag;
    state.directories_only = directories_only;
    return state;
  };
  append().first = true;
  const auto step = [&](const ByteSet& bytes) -> State& {
    states_.back().step = bytes;
    return append();
  };
  ByteSet slash;
  slash.set('/');
  for (const GlobToken& token : pattern) {
    switch (token.kind) {
      case GlobToken::Kind::kBytes:
        step(token.bytes);
        break;
      case GlobToken::Kind::kStar:
        if (states_.back().loop == Loop::kNone) states_.back().loop = Loop::kName;
        break;
      case GlobToken::Kind::kPrefix:
        states_.back().loop = Loop::kAny;
        states_.back().also_next = true;
        step(slash);
        break;
      case GlobToken::Kind::kBetween: {
        State& inside = step(slash);
        inside.loop = Loop::kAny;
        inside.also_next = true;
        step(slash);
        break;
      }
      case GlobToken::Kind::kSuffix:
        step(slash).loop = Loop::kAny;
        break;
      case GlobToken::Kind::kEverything:
        states_.back().loop = Loop::kAny;
        break;
    }
  }
  states_.back().accepts = true;
}

std::vector<GlobSet::Word> GlobSet::masked(auto predicate) const {
  std::vector<Word> words((states_.size() + kBits - 1) / kBits);
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (predicate(states_[i])) words[i / kBits] |= Word{1} << (i % kBits);
  }
  return words;
}

void GlobSet::seal() {
  for (std::size_t i = 1; i < states_.size(); ++i) {
    if (states_[i - 1].first && states_[i - 1].also_next) states_[i].first = true;
  }
  start_ = masked([](const State& state) { return state.first; });
  also_next_ = masked([](const State& state) { return state.also_next; });
  loop_name_ = masked([](const State& state) { return state.loop != Loop::kNone; });
  loop_any_ = masked([](const State& state) { return state.loop == Loop::kAny; });
  accept_ = masked([](const State& state) { return state.accepts; });
  accept_file_ = masked([](const State& state) { return state.accepts && !state.directories_only; });
  steps_.clear();
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const auto row = masked([byte](const State& state) { return state.step.test(byte); });
    steps_.insert(steps_.end(), row.begin(), row.end());
  }
}

void GlobSet::advance(Words& places, Summary& live, unsigned char byte) const {
  const Word* const step = steps_.data() + byte * words();
  const Word* const loop = byte == '/' ? loop_any_.data() : loop_name_.data();
  Word carried_step = 0;
  Word carried_skip = 0;
  for (std::size_t group = 0; group < live.size(); ++group) {
    Word still_live = 0;
    while (live[group] != 0) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(live[group]));
      const std::size_t word = group * kBits + bit;
      live[group] &= live[group] - 1;
      const Word here = places[word];
      const Word stepped = here & step[word];
      Word entered = (stepped << 1) | carried_step;
      entered |= ((entered & also_next_[word]) << 1) | carried_skip;  // never two such places in a row
      places[word] = entered | (here & loop[word]);
      if (places[word] != 0) still_live |= Word{1} << bit;
      carried_step = stepped >> (kBits - 1);
      carried_skip = (entered & also_next_[word]) >> (kBits - 1);
      if ((carried_step | carried_skip) != 0) live[(word + 1) / kBits] |= Word{1} << ((word + 1) % kBits);
    }
    live[group] = still_live;
  }
}

std::int32_t GlobSet::match(std::string_view text, bool is_directory) const {
  if (empty()) return -1;
  Words places;
  Summary live{};
  for (std::size_t word = 0; word < words(); ++word) {
    places[word] = start_[word];
    if (places[word] != 0) live[word / kBits] |= Word{1} << (word % kBits);
  }
  for (const char byte : text) advance(places, live, static_cast<unsigned char>(byte));
  const auto& accepted = is_directory ? accept_ : accept_file_;
  for (std::size_t word = words(); word-- > 0;) {
    const bool alive = (live[word / kBits] >> (word % kBits) & 1) != 0;
    const Word hit = alive ? places[word] & accepted[word] : 0;
    if (hit != 0) return states_[word * kBits + (kBits - 1) - static_cast<std::size_t>(std::countl_zero(hit))].tag;
  }
  return -1;
}

}  // namespace strata::tree
