#include "strata/app/root_key.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "strata/base/error.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::app {
namespace {

const std::string kHex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

class RootKeyTest : public testing::Test {
 protected:
  crypto::RootKey load(const std::optional<std::string>& from_environment = std::nullopt) {
    return load_root_key(kernel, file, from_environment, log);
  }
  Error refusal() {
    try {
      load();
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::kInternal, "nothing was refused"};
  }
  void write(const std::string& text, unsigned mode) {
    std::ofstream(file) << text;
    ASSERT_EQ(chmod(file.c_str(), mode), 0);
  }
  std::string content() const {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  vfs::PosixKernel kernel;
  vfs::TemporaryDirectory folder;
  std::string file = folder.path("root.key");
  Log log{LogLevel::kError};
};

TEST_F(RootKeyTest, the_first_start_makes_a_key_that_only_its_owner_can_read) {
  const auto key = load();
  struct stat made{};
  ASSERT_EQ(stat(file.c_str(), &made), 0);
  EXPECT_EQ(made.st_mode & 07777u, 0600u);
  EXPECT_EQ(content(), key.text().reveal() + "\n");
}

TEST_F(RootKeyTest, every_later_start_uses_the_same_key) {
  const auto first = load().text().reveal();
  EXPECT_EQ(load().text().reveal(), first);
}

TEST_F(RootKeyTest, the_folder_is_made_when_it_is_missing) {
  file = folder.path("etc/strata/root.key");
  const auto first = load().text().reveal();
  EXPECT_EQ(load().text().reveal(), first);
}

TEST_F(RootKeyTest, two_installations_have_different_keys) {
  const auto first = load().text().reveal();
  file = folder.path("other.key");
  EXPECT_NE(load().text().reveal(), first);
}

TEST_F(RootKeyTest, a_key_of_the_environment_wins_and_is_not_written_anywhere) {
  EXPECT_EQ(load(kHex).text().reveal(), kHex);
  EXPECT_TRUE(folder.directory().list().empty());
}

TEST_F(RootKeyTest, a_damaged_key_of_the_environment_is_refused_and_does_not_fall_back_to_the_file) {
  write(kHex, 0600);
  EXPECT_THROW(load("not a key"), Error);
}

TEST_F(RootKeyTest, a_key_that_others_can_read_is_refused_with_the_command_that_helps) {
  write(kHex, 0644);
  const auto error = refusal();
  EXPECT_EQ(error.kind(), ErrorKind::kRefused);
  EXPECT_NE(error.message().find("chmod 600 '" + file + "'"), std::string::npos) << error.message();
}

TEST_F(RootKeyTest, a_damaged_file_is_refused_not_replaced_and_not_shown) {
  write("half of a key", 0600);
  const auto error = refusal();
  EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
  EXPECT_EQ(error.message().find("half of a key"), std::string::npos) << error.message();
  EXPECT_EQ(content(), "half of a key");
}

TEST_F(RootKeyTest, a_link_in_its_place_is_refused) {
  write(kHex, 0600);
  const auto link = folder.path("link.key");
  ASSERT_EQ(symlink(file.c_str(), link.c_str()), 0);
  file = link;
  EXPECT_EQ(refusal().kind(), ErrorKind::kRefused);
}

}  // namespace
}  // namespace strata::app
