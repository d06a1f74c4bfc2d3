#include "strata/tree/glob_set.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "strata/base/error.h"

namespace strata::tree {
namespace {

using Kind = GlobToken::Kind;

/// The definition, written as plainly as possible: exponential, for short patterns and texts only.
bool matches(const GlobSequence& pattern, std::size_t at, std::string_view text) {
  if (at == pattern.size()) return text.empty();
  const auto rest = [&](std::size_t skip) { return matches(pattern, at + 1, text.substr(skip)); };
  switch (pattern[at].kind) {
    case Kind::kBytes:
      return !text.empty() && pattern[at].bytes.test(static_cast<unsigned char>(text[0])) && rest(1);
    case Kind::kStar:
      for (std::size_t n = 0;; ++n) {
        if (rest(n)) return true;
        if (n == text.size() || text[n] == '/') return false;
      }
    case Kind::kPrefix:
      if (rest(0)) return true;
      for (std::size_t n = 0; n < text.size(); ++n) {
        if (text[n] == '/' && rest(n + 1)) return true;
      }
      return false;
    case Kind::kBetween:
      if (text.empty() || text[0] != '/') return false;
      for (std::size_t n = 0; n < text.size(); ++n) {
        if (text[n] == '/' && rest(n + 1)) return true;
      }
      return false;
    case Kind::kSuffix:
      if (text.empty() || text[0] != '/') return false;
      for (std::size_t n = 1; n <= text.size(); ++n) {
        if (rest(n)) return true;
      }
      return false;
    case Kind::kEverything:
      return true;
  }
  return false;
}

std::string text_from(const char* alphabet, std::size_t longest) {
  const std::string letters(alphabet);
  std::string text;
  const auto length = *rc::gen::inRange<std::size_t>(0, longest + 1);
  for (std::size_t i = 0; i < length; ++i) text += letters[*rc::gen::inRange<std::size_t>(0, letters.size())];
  return text;
}

RC_GTEST_PROP(GlobSet, many_patterns_at_once_match_like_each_alone, ()) {
  struct Pattern {
    GlobSequence sequence;
    bool directories_only;
    std::int32_t tag;
  };
  std::vector<Pattern> patterns;
  GlobSet set;
  const auto count = *rc::gen::inRange(1, 60);
  for (std::int32_t tag = 0; tag < count; ++tag) {
    std::vector<GlobSequence> sequences;
    try {
      sequences = parse_glob(text_from("aab//**?{,}[]!-\\", 14));
    } catch (const Error&) {
      continue;
    }
    const bool directories_only = *rc::gen::inRange(0, 4) == 0;
    for (const auto& sequence : sequences) {
      patterns.push_back({sequence, directories_only, tag});
      set.add(sequence, tag, directories_only);
    }
  }
  set.seal();
  for (int i = 0; i < 20; ++i) {
    const std::string text = text_from("aaab/", 9);
    const bool is_directory = i % 2 == 0;
    std::int32_t expected = -1;
    for (const auto& pattern : patterns) {
      const bool applies = is_directory || !pattern.directories_only;
      if (applies && matches(pattern.sequence, 0, text)) expected = std::max(expected, pattern.tag);
    }
    RC_ASSERT(set.match(text, is_directory) == expected);
  }
}

TEST(GlobSet, patterns_longer_than_a_machine_word_match) {
  GlobSet set;
  const std::string longer(150, 'x');
  set.add(parse_glob("a*/" + longer + "/**/" + longer + "*z").front(), 7, false);
  set.seal();
  EXPECT_EQ(set.match("ab/" + longer + "/" + longer + "z", false), 7);
  EXPECT_EQ(set.match("ab/" + longer + "/q/r/" + longer + "yz", false), 7);
  EXPECT_EQ(set.match("ab/" + longer + "x/" + longer + "z", false), -1);
  EXPECT_EQ(set.match("ab/" + longer + "/q" + longer + "z", false), -1);
}

TEST(GlobSet, an_empty_set_matches_nothing) {
  GlobSet set;
  set.seal();
  EXPECT_EQ(set.match("", true), -1);
  EXPECT_EQ(set.match("a", true), -1);
}

}  // namespace
}  // namespace strata::tree
