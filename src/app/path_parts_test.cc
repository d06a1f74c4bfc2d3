#include "strata/app/path_parts.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "strata/base/error.h"

namespace strata::app {
namespace {

using Parts = std::pair<std::string, std::string>;

TEST(PathParts, a_path_is_split_into_its_folder_and_its_name) {
  EXPECT_EQ(split_path("/etc/strata/wings.yml"), (Parts{"/etc/strata", "wings.yml"}));
  EXPECT_EQ(split_path("/wings.yml"), (Parts{"/", "wings.yml"}));
}

TEST(PathParts, what_is_not_the_absolute_path_of_a_file_is_refused_and_named) {
  for (const std::string path : {"", "wings.yml", "./wings.yml", "etc/wings.yml", "/etc/strata/", "/"}) {
    try {
      split_path(path);
      ADD_FAILURE() << "'" << path << "' was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
      EXPECT_NE(error.message().find("'" + path + "'"), std::string::npos) << error.message();
    }
  }
}

TEST(PathParts, a_relative_path_begins_at_the_current_directory) {
  const auto here = std::filesystem::current_path().string();
  EXPECT_EQ(absolute_path("data"), here + "/data");
  EXPECT_EQ(absolute_path("./data/"), here + "/data");
  EXPECT_EQ(absolute_path("a/../data"), here + "/data");
}

TEST(PathParts, an_absolute_path_is_only_tidied) {
  EXPECT_EQ(absolute_path("/srv//strata/./data/"), "/srv/strata/data");
  EXPECT_EQ(absolute_path("/"), "/");
}

}  // namespace
}  // namespace strata::app
