#include "strata/cli/completion.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/cli/command_line_fake.h"

namespace strata::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

struct Finished {
  int status = -1;
  std::string out;
};

Finished shell(const std::string& command) {
  std::string out;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), count);
  return {pclose(pipe), out};
}

class CompletionTest : public testing::Test {
 protected:
  std::string script(const std::string& shell_name) {
    const auto result = cli.run({"completion", shell_name});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    const auto path = cli.home.path("completion." + shell_name);
    std::ofstream(path) << result.out;
    return path;
  }

  /// What bash offers for the last of `words`.
  std::vector<std::string> offers(const std::vector<std::string>& words) {
    std::string line = "COMP_WORDS=(strata";
    for (const auto& word : words) line += " '" + word + "'";
    line += "); COMP_CWORD=" + std::to_string(words.size()) + "; _strata; printf '%s\\n' \"${COMPREPLY[@]}\"";
    const auto file = cli.home.path("ask.bash");
    std::ofstream(file) << "source " << script("bash") << "\n" << line << "\n";
    const auto finished = shell("bash --norc --noprofile " + file);
    EXPECT_EQ(finished.status, 0) << finished.out;
    std::vector<std::string> found;
    std::istringstream lines(finished.out);
    for (std::string offered; std::getline(lines, offered);) {
      if (!offered.empty()) found.push_back(offered);
    }
    return found;
  }

  FakePanel panel;
  CommandLine cli{panel};
};

TEST_F(CompletionTest, bash_takes_the_script_without_complaint) {
  const auto finished = shell("bash -n " + script("bash"));
  EXPECT_EQ(finished.status, 0) << finished.out;
  EXPECT_EQ(finished.out, "");
}

TEST_F(CompletionTest, the_first_word_is_completed_to_a_verb) {
  EXPECT_THAT(offers({""}),
              IsSupersetOf({"backup", "configuration", "explain", "location", "login", "node", "server"}));
  EXPECT_THAT(offers({"loc"}), ElementsAre("location"));
}

TEST_F(CompletionTest, the_second_word_is_completed_to_a_verb_of_the_group) {
  EXPECT_THAT(offers({"backup", ""}), IsSupersetOf({"create", "list", "restore", "undo"}));
  EXPECT_THAT(offers({"backup", "cr"}), ElementsAre("create"));
  EXPECT_THAT(offers({"backup", ""}), Not(Contains("join-code")));
}

TEST_F(CompletionTest, options_are_those_of_the_verb) {
  EXPECT_THAT(offers({"backup", "restore", "--m"}), ElementsAre("--merge"));
  EXPECT_THAT(offers({"backup", "list", "--m"}), IsEmpty());
}

TEST_F(CompletionTest, names_and_options_already_typed_do_not_hide_the_verb) {
  EXPECT_THAT(offers({"backup", "restore", "--force", "my server", "latest", "--n"}), ElementsAre("--no-wait"));
  EXPECT_THAT(offers({"--json", "backup", "cre"}), ElementsAre("create"));
}

TEST_F(CompletionTest, an_option_of_every_verb_is_offered_everywhere) {
  EXPECT_THAT(offers({"backup", "list", "--js"}), ElementsAre("--json"));
}

TEST_F(CompletionTest, every_shell_has_a_script_and_an_unknown_one_a_list_of_them) {
  EXPECT_THAT(cli.run({"completion", "zsh"}).out, HasSubstr("#compdef strata"));
  EXPECT_THAT(cli.run({"completion", "fish"}).out, HasSubstr("complete -c strata"));
  const auto unknown = cli.run({"completion", "tcsh"});
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_THAT(unknown.error, HasSubstr("bash, zsh or fish"));
}

}  // namespace
}  // namespace strata::cli
