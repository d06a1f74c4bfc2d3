// git's own matcher as the judge of ours, on the part of the grammar that both share. Left out, because they differ:
// braces and their backslashes (ours only), backslashes inside classes (git escapes), "**" inside a component next to
// other characters, and "!" before a plain name, which git's library drops when it sees no earlier rule for that name.
#include <memory>
#include <string>
#include <vector>

#include <git2.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "strata/tree/ignore_rules.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::tree {
namespace {

/// A bare repository: git then believes what the test says about a path being a directory.
class Git {
 public:
  Git() {
    git_libgit2_init();
    if (git_repository_init(&repository_, place_.path().c_str(), 1) != 0)
      throw std::runtime_error("git_repository_init");
  }
  ~Git() {
    git_repository_free(repository_);
    git_libgit2_shutdown();
  }
  Git(const Git&) = delete;
  Git& operator=(const Git&) = delete;

  bool ignores(const std::string& rules, std::string path, bool is_directory) {
    git_ignore_clear_internal_rules(repository_);
    git_ignore_add_rule(repository_, rules.c_str());
    if (is_directory) path += '/';
    int ignored = 0;
    if (git_ignore_path_is_ignored(&ignored, repository_, path.c_str()) != 0) throw std::runtime_error("git_ignore");
    return ignored != 0;
  }

 private:
  vfs::TemporaryDirectory place_;
  git_repository* repository_ = nullptr;
};

rc::Gen<std::string> one_of(std::vector<std::string> choices) {
  return rc::gen::elementOf(std::move(choices));
}

/// A component of a pattern: short, from few letters, so that rules and paths meet often.
std::string component() {
  if (*rc::gen::inRange(0, 6) == 0) return "**";
  std::string text;
  const int parts = *rc::gen::inRange(1, 4);
  for (int i = 0; i < parts; ++i) {
    std::string part = *one_of({"a", "b", "c", "a", "b", "*", "?", "[ab]", "[!a]", "[a-c]", "[^b-c]", "\\a"});
    if (part == "*" && text.ends_with('*')) part = "a";
    text += part;
  }
  return text;
}

std::string rule() {
  std::string text = *one_of({"", "", "/"});
  const int depth = *rc::gen::inRange(1, 4);
  for (int i = 0; i < depth; ++i) text += (i == 0 ? "" : "/") + component();
  return text + *one_of({"", "", "/"});
}

std::string path() {
  std::string text;
  const int depth = *rc::gen::inRange(1, 5);
  for (int i = 0; i < depth; ++i) text += (i == 0 ? "" : "/") + *one_of({"a", "b", "c", "ab", "ba", "abc", "aa", "ca"});
  return text;
}

/// git's library looks at the path first and goes up until some rule has an opinion. `with_default` are the same rules
/// behind one that ignores everything: where it keeps a path, a "!" rule spoke.
bool ignored_as_git_asks(const IgnoreRules& rules, const IgnoreRules& with_default, vfs::Path asked,
                         bool is_directory) {
  for (; !asked.is_root(); asked = asked.parent(), is_directory = true) {
    if (rules.ignores(asked, is_directory)) return true;
    if (!with_default.ignores(asked, is_directory)) return false;
  }
  return false;
}

RC_GTEST_PROP(IgnoreRulesOracle, git_agrees_on_every_path, ()) {
  Git git;
  for (int round = 0; round < 6; ++round) {
    std::string text;
    const int rules = *rc::gen::inRange(1, 6);
    for (int i = 0; i < rules; ++i) {
      const std::string next = rule();
      const bool negated = next.find_first_of("*?[") != std::string::npos && *rc::gen::inRange(0, 3) == 0;
      text += (negated ? "!" : "") + next + "\n";
    }
    const auto ours = IgnoreRules::parse(split_ignore_lines(text));
    const auto with_default = IgnoreRules::parse(split_ignore_lines("**\n" + text));
    for (int i = 0; i < 10; ++i) {
      const std::string asked = path();
      const bool is_directory = i % 2 == 0;
      const bool expected = git.ignores(text, asked, is_directory);
      if (ignored_as_git_asks(ours, with_default, vfs::Path::parse(asked), is_directory) == expected) continue;
      RC_FAIL("git says " + std::string(expected ? "ignored" : "kept") + ": " + asked + (is_directory ? "/" : "") +
              " with the rules\n" + text);
    }
  }
}

}  // namespace
}  // namespace strata::tree
