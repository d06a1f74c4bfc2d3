#include "strata/tree/ignore_rules.h"

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "strata/base/error.h"
#include "strata/tree/glob.h"
#include "strata/tree/glob_set.h"

namespace strata::tree {

namespace {

/// A line that says something.
struct Line {
  std::string pattern;
  bool negated = false;
  bool directories_only = false;
};

bool is_blank(char byte) {
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/// What a line asks for (spec/wings 8.2); nullopt for comments and blank lines. Throws kInvalid for a line that cannot
/// mean anything.
std::optional<Line> read_line(std::string_view text) {
  if (text.find_first_of(std::string_view("\n\0", 2)) != std::string_view::npos) {
    throw Error(ErrorKind::kInvalid, "the line contains a line break or a NUL byte");
  }
  if (text.starts_with('#')) return std::nullopt;
  if (!text.ends_with("\\ ")) {
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  }
  if (text.empty()) return std::nullopt;

  Line line;
  bool anchored = false;
  if (text.starts_with("\\!") || text.starts_with("\\#")) {
    text.remove_prefix(1);
  } else {
    if (text.starts_with('!')) {
      line.negated = true;
      text.remove_prefix(1);
    }
    if (text.starts_with('/')) {
      anchored = true;
      text.remove_prefix(1);
    }
  }
  if (text.ends_with('/')) {
    line.directories_only = true;
    text.remove_suffix(1);
    if (text.ends_with('\\')) text.remove_suffix(1);  // "dir\/": the escape belonged to the slash
  }
  if (text.empty()) throw Error(ErrorKind::kInvalid, "the line names nothing");

  line.pattern = text;
  const bool has_slash = text.find('/') != std::string_view::npos;
  if (!anchored && !has_slash && text != "**") line.pattern.insert(0, "**/");
  if (line.pattern.ends_with("/**")) line.pattern += "/*";
  return line;
}

/// Lets a map keyed by strings be asked with views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

/// The last rule that holds for a literal text: for directories, and for anything else.
struct Last {
  std::int32_t directory = -1;
  std::int32_t other = -1;
  std::int32_t of(bool is_directory) const { return is_directory ? directory : other; }
};

/// Literal texts and the last rule of each: one hash lookup however many rules there are.
class LiteralTable {
 public:
  /// Rules come in rising order, so the last one written is the last one that counts.
  void add(std::string text, std::int32_t rule, bool directories_only) {
    lengths_.insert(text.size());
    Last& last = table_[std::move(text)];
    last.directory = rule;
    if (!directories_only) last.other = rule;
  }
  std::int32_t find(std::string_view text, bool is_directory) const {
    const auto found = table_.find(text);
    return found == table_.end() ? -1 : found->second.of(is_directory);
  }
  /// Sorted; at most one for each possible length of a name.
  const std::set<std::size_t>& lengths() const { return lengths_; }
  bool empty() const { return table_.empty(); }

 private:
  std::unordered_map<std::string, Last, TextHash, std::equal_to<>> table_;
  std::set<std::size_t> lengths_;
};

/// The literal text of `count` tokens from `first`; nullopt when one of them is not a literal.
std::optional<std::string> literal_text(const GlobSequence& sequence, std::size_t first, std::size_t count) {
  std::string text;
  for (std::size_t i = first; i < first + count; ++i) {
    if (!sequence[i].is_literal()) return std::nullopt;
    text += sequence[i].literal();
  }
  return text;
}

}  // namespace

/// Most rules in real lists are plain names, "*.suffix", "prefix*", plain paths and "folder/**": those are looked up.
/// The others run together as two automata, one over the name and one over the whole path.
struct IgnoreRules::Compiled {
  std::string text;
  std::vector<bool> negated;  ///< for each rule
  LiteralTable names, name_suffixes, name_prefixes, paths, folders;
  GlobSet name_globs, path_globs;

  void add(const Line& line);
  void add_name(const GlobSequence& sequence, std::int32_t rule, bool directories_only);
  /// The last rule that matches, -1 when none does.
  std::int32_t last_match(std::string_view path, bool is_directory) const;
  bool ignores(std::string_view path, bool is_directory) const {
    const std::int32_t rule = last_match(path, is_directory);
    return rule >= 0 && !negated[static_cast<std::size_t>(rule)];
  }
};

void IgnoreRules::Compiled::add(const Line& line) {
  const auto sequences = parse_glob(line.pattern);  // all or nothing: it throws before anything is added
  const auto rule = static_cast<std::int32_t>(negated.size());
  negated.push_back(line.negated);
  for (const GlobSequence& sequence : sequences) {
    using Kind = GlobToken::Kind;
    const std::size_t size = sequence.size();
    const bool at_any_depth = size > 1 && sequence[0].kind == Kind::kPrefix &&
                              std::none_of(sequence.begin() + 1, sequence.end(),
                                           [](const GlobToken& token) { return token.crosses_slash(); });
    if (at_any_depth) {
      add_name({sequence.begin() + 1, sequence.end()}, rule, line.directories_only);
    } else if (auto path = literal_text(sequence, 0, size)) {
      paths.add(std::move(*path), rule, line.directories_only);
    } else if (auto folder =
                   size > 2 && sequence[size - 2].kind == Kind::kBetween && sequence[size - 1].kind == Kind::kStar
                       ? literal_text(sequence, 0, size - 2)
                       : std::nullopt) {
      folders.add(std::move(*folder), rule, line.directories_only);
    } else {
      path_globs.add(sequence, rule, line.directories_only);
    }
  }
}

void IgnoreRules::Compiled::add_name(const GlobSequence& sequence, std::int32_t rule, bool directories_only) {
  const bool star_first = sequence.front().kind == GlobToken::Kind::kStar;
  const bool star_last = sequence.back().kind == GlobToken::Kind::kStar;
  if (auto name = literal_text(sequence, 0, sequence.size())) {
    names.add(std::move(*name), rule, directories_only);
  } else if (auto suffix = star_first ? literal_text(sequence, 1, sequence.size() - 1) : std::nullopt) {
    name_suffixes.add(std::move(*suffix), rule, directories_only);
  } else if (auto prefix = star_last ? literal_text(sequence, 0, sequence.size() - 1) : std::nullopt) {
    name_prefixes.add(std::move(*prefix), rule, directories_only);
  } else {
    name_globs.add(sequence, rule, directories_only);
  }
}

std::int32_t IgnoreRules::Compiled::last_match(std::string_view path, bool is_directory) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  std::int32_t last = std::max(names.find(name, is_directory), paths.find(path, is_directory));
  for (const std::size_t length : name_suffixes.lengths()) {
    if (length > name.size()) break;
    last = std::max(last, name_suffixes.find(name.substr(name.size() - length), is_directory));
  }
  for (const std::size_t length : name_prefixes.lengths()) {
    if (length > name.size()) break;
    last = std::max(last, name_prefixes.find(name.substr(0, length), is_directory));
  }
  if (!folders.empty()) {
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
      last = std::max(last, folders.find(path.substr(0, slash), is_directory));
    }
  }
  if (name_globs.highest_tag() > last) last = std::max(last, name_globs.match(name, is_directory));
  if (path_globs.highest_tag() > last) last = std::max(last, path_globs.match(path, is_directory));
  return last;
}

IgnoreRules::IgnoreRules() : compiled_(std::make_shared<const Compiled>()) {}
IgnoreRules::~IgnoreRules() = default;
IgnoreRules::IgnoreRules(const IgnoreRules&) = default;
IgnoreRules& IgnoreRules::operator=(const IgnoreRules&) = default;
// A moved-from object stays usable, as a copy of what it was: the rules are shared and immutable.
IgnoreRules::IgnoreRules(IgnoreRules&& other) noexcept : compiled_(other.compiled_) {}
IgnoreRules& IgnoreRules::operator=(IgnoreRules&& other) noexcept {
  compiled_ = other.compiled_;
  return *this;
}

IgnoreRules IgnoreRules::parse(const std::vector<std::string>& lines, std::vector<std::string>* rejected) {
  if (lines.size() > kMaxLines) throw Error(ErrorKind::kTooLarge, "the ignore rules have more than 10,000 lines");
  std::size_t bytes = 0;
  for (const auto& line : lines) bytes += line.size() + 1;
  if (bytes > kMaxBytes) throw Error(ErrorKind::kTooLarge, "the ignore rules are larger than 1 MiB");

  auto compiled = std::make_shared<Compiled>();
  for (const auto& line : lines) {
    try {
      if (const auto rule = read_line(line)) compiled->add(*rule);
      compiled->text += line + '\n';
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kInvalid) throw;
      if (rejected != nullptr) rejected->push_back(line);
    }
  }
  compiled->name_globs.seal();
  compiled->path_globs.seal();
  IgnoreRules rules;
  rules.compiled_ = std::move(compiled);
  return rules;
}

bool IgnoreRules::ignores(const vfs::Path& path, bool is_directory) const {
  return !path.is_root() && compiled_->ignores(path.bytes(), is_directory);
}

bool IgnoreRules::ignores_with_parents(const vfs::Path& path, bool is_directory) const {
  const std::string_view bytes = path.bytes();
  for (std::size_t slash = bytes.find('/'); slash != std::string_view::npos; slash = bytes.find('/', slash + 1)) {
    if (compiled_->ignores(bytes.substr(0, slash), true)) return true;
  }
  return ignores(path, is_directory);
}

bool IgnoreRules::empty() const {
  return compiled_->negated.empty();
}

const std::string& IgnoreRules::text() const {
  return compiled_->text;
}

std::vector<std::string> split_ignore_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace strata::tree
