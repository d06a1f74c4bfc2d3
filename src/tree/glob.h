#pragma once

#include <bitset>
#include <string_view>
#include <vector>

namespace strata::tree {

using ByteSet = std::bitset<256>;

/// One element of a pattern without braces.
struct GlobToken {
  enum class Kind {
    kBytes,       ///< exactly one byte out of `bytes`: a literal, '?', a class; only a literal may be '/'
    kStar,        ///< any number of bytes, none of them '/'
    kPrefix,      ///< leading "**/": nothing, or anything that ends in '/'
    kBetween,     ///< "/**/": '/', or anything between two of them
    kSuffix,      ///< trailing "/**": '/' and anything
    kEverything,  ///< the whole pattern is "**"
  };
  Kind kind = Kind::kBytes;
  ByteSet bytes;

  bool is_literal() const { return kind == Kind::kBytes && bytes.count() == 1; }
  bool crosses_slash() const { return kind == Kind::kBytes ? bytes.test('/') : kind != Kind::kStar; }
  char literal() const { return static_cast<char>(bytes._Find_first()); }  ///< of is_literal()
};

using GlobSequence = std::vector<GlobToken>;

/// Limits of one pattern: beyond them it does not compile.
inline constexpr std::size_t kMaxGlobBytes = 8192;
inline constexpr std::size_t kMaxGlobVariants = 1024;
inline constexpr std::size_t kMaxGlobTokens = 65'536;  ///< of all variants together
inline constexpr std::size_t kMaxGlobNesting = 16;     ///< braces in braces

/// Reads a pattern in the grammar of spec/wings 8.2 (after the line rules: no '!', no anchor, no trailing '/') and
/// resolves the braces: the pattern matches what any of the sequences matches.
///
/// - '*' and '?' never match '/', and neither does a class; '?' and a class match one byte;
/// - "**" is special only as a whole component; elsewhere it is '*';
/// - "[a-z]", "[!a]", "[^a]": ']' first is a member, a backslash inside is itself;
/// - "{a,b}" may be nested; an empty alternative matches nothing;
/// - a backslash takes the next byte literally.
///
/// Throws kInvalid saying what is wrong: an open class or brace, a closing brace too many, a range that runs backwards,
/// a backslash at the end, "**/" as an alternative right after a wildcard, a limit.
std::vector<GlobSequence> parse_glob(std::string_view pattern);

}  // namespace strata::tree
