#include "strata/cli/credentials.h"

#include <fstream>
#include <map>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "strata/base/error.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::cli {
namespace {

class CredentialsTest : public testing::Test {
 protected:
  Environment environment() {
    return [this](const char* name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
  }
  void save(const std::string& url, const std::string& key) {
    save_credentials(kernel, environment(), {.url = url, .api_key = Secret(key)});
  }
  Credentials load() { return load_credentials(kernel, environment()); }
  Error refusal() {
    try {
      load();
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::kInternal, "nothing was refused"};
  }
  void write_file(std::string_view text) {
    variables["STRATA_CREDENTIALS"] = home.path("credentials.json");
    std::ofstream(home.path("credentials.json")) << text;
  }

  vfs::PosixKernel kernel;
  vfs::TemporaryDirectory home;
  std::map<std::string, std::string> variables{{"HOME", home.path()}};
};

TEST_F(CredentialsTest, what_was_saved_is_found_again) {
  save("https://panel.example.org", "strata_key");
  EXPECT_EQ(load().url, "https://panel.example.org");
  EXPECT_EQ(load().api_key.reveal(), "strata_key");
}

TEST_F(CredentialsTest, nobody_else_can_read_the_file_or_its_folder) {
  save("https://panel.example.org", "strata_key");
  struct stat file{};
  ASSERT_EQ(stat(home.path(".config/strata/credentials.json").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777u, 0600u);
  struct stat folder{};
  ASSERT_EQ(stat(home.path(".config/strata").c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 07777u, 0700u);
}

TEST_F(CredentialsTest, signing_in_again_replaces_the_key) {
  save("https://panel.example.org", "old");
  save("https://panel.example.org", "new");
  EXPECT_EQ(load().api_key.reveal(), "new");
}

TEST_F(CredentialsTest, the_place_of_the_file_follows_the_environment) {
  EXPECT_EQ(credentials_path(environment()), home.path(".config/strata/credentials.json"));
  variables["XDG_CONFIG_HOME"] = "/xdg";
  EXPECT_EQ(credentials_path(environment()), "/xdg/strata/credentials.json");
  variables["STRATA_CREDENTIALS"] = "/secret/key.json";
  EXPECT_EQ(credentials_path(environment()), "/secret/key.json");
}

TEST_F(CredentialsTest, the_environment_wins_over_the_file) {
  save("https://panel.example.org", "of the file");
  variables["STRATA_URL"] = "https://other.example.org";
  variables["STRATA_API_KEY"] = "of the environment";
  EXPECT_EQ(load().url, "https://other.example.org");
  EXPECT_EQ(load().api_key.reveal(), "of the environment");
}

TEST_F(CredentialsTest, the_environment_alone_is_enough) {
  variables["STRATA_URL"] = "https://other.example.org";
  variables["STRATA_API_KEY"] = "of the environment";
  EXPECT_EQ(load().api_key.reveal(), "of the environment");
}

TEST_F(CredentialsTest, a_key_of_the_environment_goes_to_the_panel_of_the_file) {
  save("https://panel.example.org", "of the file");
  variables["STRATA_API_KEY"] = "of the environment";
  EXPECT_EQ(load().url, "https://panel.example.org");
  EXPECT_EQ(load().api_key.reveal(), "of the environment");
}

// Otherwise one variable would be enough to send the key to any host.
TEST_F(CredentialsTest, a_stored_key_is_never_sent_to_another_panel) {
  save("https://panel.example.org", "of the file");
  variables["STRATA_URL"] = "https://panel.example.org/";
  EXPECT_EQ(load().api_key.reveal(), "of the file");
  variables["STRATA_URL"] = "https://elsewhere.example.org";
  EXPECT_EQ(refusal().kind(), ErrorKind::kUnauthorized);
  EXPECT_NE(refusal().message().find("STRATA_API_KEY"), std::string::npos) << refusal().message();
}

TEST_F(CredentialsTest, without_any_the_refusal_says_how_to_sign_in) {
  EXPECT_EQ(refusal().kind(), ErrorKind::kUnauthorized);
  EXPECT_NE(refusal().message().find("strata login"), std::string::npos);
}

TEST_F(CredentialsTest, a_damaged_file_is_named_and_its_content_is_not_shown) {
  for (const std::string_view text :
       {"", "{", "[]", "null", R"({"url":"https://x"})", R"({"url":1,"api_key":"strata_secret"})"}) {
    write_file(text);
    const auto error = refusal();
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << text;
    EXPECT_NE(error.message().find("credentials.json"), std::string::npos) << error.message();
    EXPECT_EQ(error.message().find("strata_secret"), std::string::npos);
  }
}

TEST_F(CredentialsTest, a_relative_place_is_refused) {
  variables["STRATA_CREDENTIALS"] = "key.json";
  EXPECT_EQ(refusal().kind(), ErrorKind::kInvalid);
  EXPECT_THROW(save("https://x", "key"), Error);
}

}  // namespace
}  // namespace strata::cli
