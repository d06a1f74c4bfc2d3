#include "strata/tree/ignore_rules.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/error.h"

namespace strata::tree {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

bool ignored(const std::vector<std::string>& lines, const std::string& path) {
  const bool is_directory = path.ends_with('/');
  return IgnoreRules::parse(lines).ignores(vfs::Path::from_request(path), is_directory);
}

/// A rule, and what it ignores and does not; directories are written with a slash at the end.
struct Row {
  std::string rule;
  std::vector<std::string> ignores;
  std::vector<std::string> keeps;
};

class IgnoreRulesTable : public testing::TestWithParam<Row> {};

TEST_P(IgnoreRulesTable, a_rule_ignores_exactly_what_it_says) {
  for (const auto& path : GetParam().ignores) EXPECT_TRUE(ignored({GetParam().rule}, path)) << path;
  for (const auto& path : GetParam().keeps) EXPECT_FALSE(ignored({GetParam().rule}, path)) << path;
}

INSTANTIATE_TEST_SUITE_P(
    Anchors, IgnoreRulesTable,
    testing::Values(Row{"logs", {"logs", "logs/", "a/logs", "a/b/logs/"}, {"log", "logs.txt", "logs/a", "xlogs"}},
                    Row{"/logs", {"logs", "logs/"}, {"a/logs", "logs/a"}},
                    Row{"logs/", {"logs/", "a/logs/"}, {"logs", "a/logs"}},
                    Row{"/logs/", {"logs/"}, {"logs", "a/logs/"}},
                    Row{"world/data", {"world/data", "world/data/"}, {"a/world/data", "data", "world/data/x"}},
                    Row{"world/data/", {"world/data/"}, {"world/data"}},
                    Row{"dir\\/", {"dir/", "a/dir/"}, {"dir", "dir\\/"}}, Row{"LOGS", {"LOGS"}, {"logs", "Logs"}}));

INSTANTIATE_TEST_SUITE_P(
    Wildcards, IgnoreRulesTable,
    testing::Values(Row{"*", {"a", "a/b", "a/"}, {}},  //
                    Row{"/*", {"a", "a/"}, {"a/b"}},   //
                    Row{"*.log", {"a.log", "x/y/.log", "b.log/"}, {"a.log.gz", "log"}},
                    Row{"latest*", {"latest", "latest.log", "a/latest-1"}, {"a-latest", "latest/x"}},
                    Row{"/*.log", {"a.log"}, {"x/a.log"}}, Row{"a*z", {"az", "abz", "a**z", "x/a.z"}, {"a/z", "azb"}},
                    Row{"a**z", {"az", "abz"}, {"a/z", "a/b/z"}}, Row{"a?c", {"abc", "a.c"}, {"ac", "abbc", "a/c"}},
                    Row{"r.*.*.mca", {"r.0.-1.mca", "region/r.1.2.mca"}, {"r.0.mca", "r.0.0.mcax"}},
                    Row{"world_*/region/*.mca",
                        {"world_nether/region/r.0.0.mca", "world_/region/.mca"},
                        {"world/region/r.0.0.mca", "world_a/b/region/r.mca", "world_a/region/x/r.mca"}},
                    Row{"backup-*-*.tar", {"backup-1-2.tar", "a/backup---.tar"}, {"backup-1.tar"}}));

INSTANTIATE_TEST_SUITE_P(
    DoubleStars, IgnoreRulesTable,
    testing::Values(Row{"**", {"a", "a/", "a/b/c"}, {}},  //
                    Row{"/**", {"a", "a/b/c"}, {}},       //
                    Row{"**/cache", {"cache", "a/cache", "a/b/cache/"}, {"cache/x", "xcache"}},
                    Row{"**/a/b", {"a/b", "x/a/b", "x/y/a/b"}, {"a/x/b", "xa/b"}},
                    Row{"cache/**", {"cache/a", "cache/a/b", "cache/a/"}, {"cache", "cache/", "x/cache/a"}},
                    Row{"/cache/**", {"cache/a", "cache/a/b"}, {"cache/", "x/cache/a"}},
                    Row{"**/cache/**", {"cache/a", "x/cache/a/b"}, {"cache/", "x/cache/"}},
                    Row{"a/**/b", {"a/b", "a/x/b", "a/x/y/b"}, {"a/xb", "ab", "x/a/b"}},
                    Row{"a/**/**/b", {"a/b", "a/x/b", "a/x/y/b"}, {"ab"}},
                    Row{"**/**/b", {"b", "a/b", "a/x/b"}, {"ab"}},  //
                    Row{"a**/b", {"a/b", "axx/b"}, {"a/x/b"}}, Row{"a/**b", {"a/b", "a/xb"}, {"a/x/b"}},
                    Row{"a/*/b", {"a/x/b"}, {"a/b", "a/x/y/b"}}));

INSTANTIATE_TEST_SUITE_P(Classes, IgnoreRulesTable,
                         testing::Values(Row{"[abc]", {"a", "x/c"}, {"d", "ab"}},            //
                                         Row{"[a-c]x[0-9]", {"ax0", "cx9"}, {"dx0", "ax"}},  //
                                         Row{"[!a-c]", {"d", "-"}, {"a", "b"}},              //
                                         Row{"[^a]", {"b"}, {"a"}},                          //
                                         Row{"a[!b]c", {"axc"}, {"abc", "a/c"}},             //
                                         Row{"[]]", {"]"}, {"a"}},                           //
                                         Row{"[]a]", {"]", "a"}, {"b"}},                     //
                                         Row{"[!]a]", {"b"}, {"]", "a"}},                    //
                                         Row{"[a-]", {"a", "-"}, {"b"}},                     //
                                         Row{"[-a]", {"a", "-"}, {"b"}},                     //
                                         Row{"[a\\]", {"a", "\\"}, {"]"}},                   //
                                         Row{"[*?]", {"*", "?"}, {"a"}},                     //
                                         Row{"/a[x/]b", {"axb"}, {"a/b"}}));

INSTANTIATE_TEST_SUITE_P(
    Alternatives, IgnoreRulesTable,
    testing::Values(Row{"*.{log,tmp}", {"a.log", "x/b.tmp"}, {"a.txt", "a."}},
                    Row{"{a,b/c}", {"a", "b/c"}, {"x/a", "c"}},  // a slash anywhere anchors the rule
                    Row{"/{logs,cache}/**", {"logs/a", "cache/b/c"}, {"logs/", "x/logs/a"}},
                    Row{"{a,b{c,d}}e", {"ae", "bce", "bde", "x/ae"}, {"be", "ace"}},
                    Row{"x{,a}", {"xa"}, {"x"}},  // an empty alternative matches nothing
                    Row{"x{}", {"x"}, {"x{}"}},   //
                    Row{"a,b", {"a,b"}, {"a", "b"}},
                    Row{"{[},]}", {"}", ","}, {"a", "[}"}},  // in a class they are members
                    Row{"{a\\,b,c}", {"a,b", "c"}, {"a"}}, Row{"x/{a/**,b}", {"x/a/y", "x/b"}, {"x/a/", "x/b/y"}},
                    Row{"{**/a,b}/c", {"a/c", "x/a/c", "b/c"}, {"x/b/c"}}));

INSTANTIATE_TEST_SUITE_P(
    LinesAndEscapes, IgnoreRulesTable,
    testing::Values(Row{"# a", {}, {"# a", "a", " a"}}, Row{" # a", {" # a"}, {"a"}}, Row{"\\#a", {"#a"}, {"\\#a"}},
                    Row{"\\!a", {"!a", "x/!a"}, {"a"}}, Row{"a   ", {"a"}, {"a   "}}, Row{"a\\ ", {"a "}, {"a"}},
                    Row{"a\t \t", {"a"}, {}}, Row{"", {}, {"a"}}, Row{"   ", {}, {"a", "   "}},
                    Row{"\\*", {"*"}, {"a"}}, Row{"a\\?", {"a?"}, {"ab"}}, Row{"\\a", {"a"}, {"\\a"}},
                    Row{"\\[a]", {"[a]"}, {"a"}}, Row{"\\{a,b}", {}, {"a", "b"}}, Row{"\xff*", {"\xff\xfe"}, {"a"}},
                    Row{"f\xc3\xbcr", {"f\xc3\xbcr"}, {"fur"}}, Row{"??", {"ab", "\xc3\xbc"}, {"a", "abc"}}));

TEST(IgnoreRules, the_last_matching_rule_wins) {
  EXPECT_FALSE(ignored({"*.log", "!keep.log"}, "keep.log"));
  EXPECT_TRUE(ignored({"*.log", "!keep.log"}, "other.log"));
  EXPECT_TRUE(ignored({"!keep.log", "*.log"}, "keep.log"));
  EXPECT_TRUE(ignored({"*.log", "!keep.log", "/keep.log"}, "keep.log"));
  EXPECT_FALSE(ignored({"a/**", "!a/*/b?"}, "a/x/b1"));
  EXPECT_FALSE(ignored({"[ab]", "b*", "!?"}, "b"));
}

TEST(IgnoreRules, a_rule_for_directories_leaves_files_to_the_rules_before_it) {
  EXPECT_TRUE(ignored({"build", "!build/"}, "build"));
  EXPECT_FALSE(ignored({"build", "!build/"}, "build/"));
  EXPECT_TRUE(ignored({"b*d", "!bu?ld/"}, "build"));
  EXPECT_FALSE(ignored({"b*d", "!bu?ld/"}, "build/"));
}

TEST(IgnoreRules, a_later_deny_list_cannot_be_lifted_by_an_earlier_line) {
  EXPECT_TRUE(ignored({"!secret.yml", "secret.yml"}, "plugins/secret.yml"));
}

TEST(IgnoreRules, only_the_own_path_counts_unless_the_parents_are_asked_for) {
  const auto rules = IgnoreRules::parse({"cache/", "!cache/keep"});
  const auto below = vfs::Path::parse("cache/a/b");
  EXPECT_FALSE(rules.ignores(below, false));
  EXPECT_TRUE(rules.ignores_with_parents(below, false));
  EXPECT_TRUE(rules.ignores_with_parents(vfs::Path::parse("cache/keep"), false));
  EXPECT_FALSE(rules.ignores_with_parents(vfs::Path::parse("other/a"), false));
}

TEST(IgnoreRules, the_root_is_never_ignored) {
  EXPECT_FALSE(IgnoreRules::parse({"**", "*", "/"}).ignores(vfs::Path(), true));
}

TEST(IgnoreRules, lines_that_do_not_compile_are_dropped_and_named) {
  std::vector<std::string> rejected;
  const auto rules = IgnoreRules::parse(
      {"[a", "{a,b", "a}", "[z-a]", "a\\", "good", "!", "/", "!/", "a\nb", std::string("a\0b", 3),
       std::string(9000, 'x'), "a\\  ", "a*{**/b}", "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"},
      &rejected);
  EXPECT_EQ(rejected.size(), 14u);
  EXPECT_EQ(rules.text(), "good\n");
  EXPECT_TRUE(rules.ignores(vfs::Path::parse("good"), false));
  EXPECT_FALSE(rules.ignores(vfs::Path::parse("a"), false));
}

TEST(IgnoreRules, comments_and_blank_lines_stay_in_the_text) {
  const auto rules = IgnoreRules::parse({"# what", "", "a  ", "!b"});
  EXPECT_EQ(rules.text(), "# what\n\na  \n!b\n");
  EXPECT_FALSE(rules.empty());
  EXPECT_TRUE(IgnoreRules::parse({"# what", ""}).empty());
}

TEST(IgnoreRules, the_text_parses_to_the_same_rules) {
  const auto rules = IgnoreRules::parse({"*.log", "!keep.log", "[", "a\\ "});
  const auto again = IgnoreRules::parse(split_ignore_lines(rules.text()));
  EXPECT_EQ(again.text(), rules.text());
  EXPECT_TRUE(again.ignores(vfs::Path::parse("a "), false));
  EXPECT_FALSE(again.ignores(vfs::Path::parse("keep.log"), false));
}

TEST(IgnoreRules, lines_end_with_a_line_feed_and_may_have_a_carriage_return) {
  EXPECT_THAT(split_ignore_lines("a\r\nb\n\nc\r"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(split_ignore_lines(""), IsEmpty());
  EXPECT_THAT(split_ignore_lines("\n"), ElementsAre(""));
}

TEST(IgnoreRules, more_than_ten_thousand_lines_or_one_mebibyte_are_refused) {
  const auto kind_of = [](const std::vector<std::string>& lines) {
    try {
      IgnoreRules::parse(lines);
    } catch (const Error& error) {
      return error.kind();
    }
    return ErrorKind::kInternal;
  };
  EXPECT_EQ(kind_of(std::vector<std::string>(10'001, "a")), ErrorKind::kTooLarge);
  EXPECT_EQ(kind_of(std::vector<std::string>(300, std::string(4000, 'a'))), ErrorKind::kTooLarge);
  EXPECT_EQ(kind_of(std::vector<std::string>(5'000, "/a*b?c/d*e")), ErrorKind::kTooLarge);  // too many wildcards
  EXPECT_NO_THROW(IgnoreRules::parse(std::vector<std::string>(10'000, "/plain/path")));
}

TEST(IgnoreRules, a_moved_from_rule_set_still_answers) {
  auto rules = IgnoreRules::parse({"a"});
  const auto taken = std::move(rules);
  EXPECT_TRUE(rules.ignores(vfs::Path::parse("a"), false));  // NOLINT(bugprone-use-after-move): promised
  EXPECT_TRUE(taken.ignores(vfs::Path::parse("a"), false));
}

// Backtracking matchers need more steps for each of these than there are atoms; here they have to end.
TEST(IgnoreRules, hostile_patterns_are_matched_without_backtracking) {
  std::string stars, deep, braces;
  for (int i = 0; i < 120; ++i) {
    stars += "*a";
    deep += "**/a/";
    braces += "*";
  }
  const auto rules = IgnoreRules::parse({stars + "b", "/" + stars + "/x", deep + "b", "**/**/**/*/**/b/**/*c",
                                         "{" + braces + "," + braces + "b}" + braces + "c"});
  const std::string name(250, 'a');
  EXPECT_FALSE(rules.ignores(vfs::Path::parse(name), false));
  EXPECT_TRUE(rules.ignores(vfs::Path::parse(name + "b"), false));
  std::string path = "a";
  while (path.size() < 240) path += "/a";
  EXPECT_FALSE(rules.ignores(vfs::Path::parse(path), false));
  EXPECT_TRUE(rules.ignores(vfs::Path::parse(path + "/b"), false));
}

TEST(IgnoreRules, a_thousand_rules_of_every_kind_agree_with_each_rule_alone) {
  std::vector<std::string> lines;
  for (int i = 0; i < 125; ++i) {
    const std::string n = std::to_string(i);
    for (const std::string& line : {"name" + n, "*.s" + n, "prefix" + n + "*", "/dir/path" + n, "inside" + n + "/**",
                                    "g*" + n + "?x", "w" + n + "*/r/*.y", "!name" + n + ".keep"}) {
      lines.push_back(line);
    }
  }
  const auto rules = IgnoreRules::parse(lines);
  std::vector<IgnoreRules> alone;
  for (const auto& line : lines) alone.push_back(IgnoreRules::parse({line}));
  for (int i = 0; i < 150; i += 13) {
    const std::string n = std::to_string(i);
    for (const std::string& text : {"a/name" + n, "b/c.s" + n, "d/prefix" + n + "z", "dir/path" + n,
                                    "inside" + n + "/x/y", "e/gg" + n + "1x", "w" + n + "q/r/f.y"}) {
      const auto path = vfs::Path::parse(text);
      const bool expected =
          std::any_of(alone.begin(), alone.end(), [&](const auto& rule) { return rule.ignores(path, false); });
      EXPECT_EQ(rules.ignores(path, false), expected) << text;
      EXPECT_TRUE(expected || i >= 125) << text;
    }
  }
}

}  // namespace
}  // namespace strata::tree
