#include "strata/tree/glob.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "strata/base/error.h"

namespace strata::tree {

namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorKind::kInvalid, "the pattern " + why);
}

std::size_t index_of(char byte) {
  return static_cast<unsigned char>(byte);
}

GlobToken literal(char byte) {
  GlobToken token;
  token.bytes.set(index_of(byte));
  return token;
}

ByteSet any_but_slash() {
  ByteSet bytes;
  bytes.set();
  bytes.reset(index_of('/'));
  return bytes;
}

struct Node;
using Nodes = std::vector<Node>;

/// A token, or braces with their alternatives.
struct Node {
  GlobToken token;
  std::vector<Nodes> alternatives;
  bool is_braces = false;
};

/// The rules for "**" depend on what stands before and after it and on whether the present alternative is still empty;
/// they are those of the reference's parser, corner cases included.
class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}

  Nodes parse() {
    Nodes nodes = sequence(0);
    if (position_ < pattern_.size()) refuse("closes a brace that is not open");
    if (nodes.size() == 1 && !nodes[0].is_braces && nodes[0].token.kind == GlobToken::Kind::kPrefix) {
      nodes[0].token.kind = GlobToken::Kind::kEverything;
    }
    return nodes;
  }

 private:
  using Kind = GlobToken::Kind;

  std::optional<char> peek() const {
    if (position_ == pattern_.size()) return std::nullopt;
    return pattern_[position_];
  }
  std::optional<char> before(std::size_t position) const {
    if (position == 0) return std::nullopt;
    return pattern_[position - 1];
  }
  bool at_slash_or_end() const { return !peek() || *peek() == '/'; }

  /// Up to the end, or inside braces up to the ',' or '}' that ends the alternative (left for the caller).
  Nodes sequence(std::size_t depth) {
    Nodes nodes;
    while (const auto byte = peek()) {
      if (*byte == '}' || (*byte == ',' && depth > 0)) break;
      ++position_;
      switch (*byte) {
        case '?':
          nodes.push_back({{Kind::kBytes, any_but_slash()}, {}, false});
          break;
        case '*':
          star(nodes, depth);
          break;
        case '[':
          nodes.push_back({byte_class(), {}, false});
          break;
        case '{':
          nodes.push_back(braces(depth + 1));
          break;
        case '\\':
          if (!peek()) refuse("ends in a backslash");
          nodes.push_back({literal(pattern_[position_++]), {}, false});
          break;
        default:
          nodes.push_back({literal(*byte), {}, false});
      }
    }
    return nodes;
  }

  Node braces(std::size_t depth) {
    if (depth > kMaxGlobNesting) refuse("nests braces too deeply");
    Node node;
    node.is_braces = true;
    while (true) {
      node.alternatives.push_back(sequence(depth));
      if (!peek()) refuse("opens a brace and does not close it");
      if (pattern_[position_++] == '}') return node;
    }
  }

  /// The first '*' is consumed.
  void star(Nodes& nodes, std::size_t depth) {
    const auto previous = before(position_ - 1);
    const auto add = [&](Kind kind) { nodes.push_back({{kind, {}}, {}, false}); };
    if (peek() != '*') return add(Kind::kStar);
    ++position_;
    if (nodes.empty()) {
      if (!at_slash_or_end()) return add(Kind::kStar);
      add(Kind::kPrefix);
      if (peek()) ++position_;
      return;
    }
    const bool starts_component = previous == '/' || (depth > 0 && (previous == ',' || previous == '{'));
    const bool ends_alternative = !peek() || (depth > 0 && (*peek() == ',' || *peek() == '}'));
    if (!starts_component || (!ends_alternative && *peek() != '/')) return add(Kind::kStar);
    if (!ends_alternative) ++position_;
    // The '/' before is part of the new token; several "**" in a row are one.
    const Node last = std::move(nodes.back());
    nodes.pop_back();
    const bool repeated = !last.is_braces && (last.token.kind == Kind::kPrefix || last.token.kind == Kind::kSuffix);
    add(repeated ? last.token.kind : ends_alternative ? Kind::kSuffix : Kind::kBetween);
  }

  /// The '[' is consumed.
  GlobToken byte_class() {
    GlobToken token;
    const bool negated = peek() == '!' || peek() == '^';
    if (negated) ++position_;
    std::optional<std::size_t> last;  // a '-' after it starts a range
    for (bool first = true;; first = false) {
      if (!peek()) refuse("opens a class and does not close it");
      const char byte = pattern_[position_++];
      if (byte == ']' && !first) break;
      const bool range = byte == '-' && last && peek() && *peek() != ']';
      if (!range) {
        token.bytes.set(index_of(byte));
        last = index_of(byte);
        continue;
      }
      const std::size_t end = index_of(pattern_[position_++]);
      if (end < *last) refuse("has a range that runs backwards");
      for (std::size_t member = *last; member <= end; ++member) token.bytes.set(member);
    }
    if (negated) token.bytes.flip();
    token.bytes.reset(index_of('/'));
    return token;
  }

  std::string_view pattern_;
  std::size_t position_ = 0;
};

/// Every way through the braces. `tokens` counts what was made so far, over all levels: the bound on work and memory.
std::vector<GlobSequence> expand(const Nodes& nodes, std::size_t& tokens) {
  std::vector<GlobSequence> variants(1);
  for (const Node& node : nodes) {
    if (!node.is_braces) {
      for (GlobSequence& variant : variants) variant.push_back(node.token);
      tokens += variants.size();
    } else {
      std::vector<GlobSequence> choices;
      for (const Nodes& alternative : node.alternatives) {
        for (GlobSequence& choice : expand(alternative, tokens)) {
          if (!choice.empty()) choices.push_back(std::move(choice));
        }
      }
      if (choices.empty()) continue;
      if (variants.size() * choices.size() > kMaxGlobVariants)
        refuse("has more than 1,024 combinations of alternatives");
      std::vector<GlobSequence> product;
      product.reserve(variants.size() * choices.size());
      for (const GlobSequence& variant : variants) {
        for (const GlobSequence& choice : choices) {
          tokens += variant.size() + choice.size();
          if (tokens > kMaxGlobTokens) break;
          product.push_back(variant);
          product.back().insert(product.back().end(), choice.begin(), choice.end());
        }
      }
      variants = std::move(product);
    }
    if (tokens > kMaxGlobTokens) refuse("is too long when its alternatives are written out");
  }
  return variants;
}

/// Braces can put a "**/" behind other tokens: behind one that ends in "anything and a slash" it says nothing new.
void settle_prefixes(GlobSequence& sequence) {
  using Kind = GlobToken::Kind;
  GlobSequence settled;
  for (const GlobToken& token : sequence) {
    if (token.kind == Kind::kPrefix && !settled.empty()) {
      const Kind before = settled.back().kind;
      if (before == Kind::kPrefix || before == Kind::kBetween) continue;
      if (before != Kind::kBytes) refuse("has '**/' as an alternative right after a wildcard");
    }
    settled.push_back(token);
  }
  sequence = std::move(settled);
}

}  // namespace

std::vector<GlobSequence> parse_glob(std::string_view pattern) {
  if (pattern.size() > kMaxGlobBytes) refuse("is longer than 8,192 bytes");
  std::size_t tokens = 0;
  auto variants = expand(Parser(pattern).parse(), tokens);
  for (GlobSequence& variant : variants) settle_prefixes(variant);
  return variants;
}

}  // namespace strata::tree
