#include "strata/vfs/path.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "strata/base/error.h"

namespace strata::vfs {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

bool parses(std::string_view bytes) {
  try {
    return Path::parse(bytes).bytes() == bytes;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << error.what();
    return false;
  }
}

bool request_is_accepted(std::string_view bytes) {
  try {
    Path::from_request(bytes);
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << error.what();
    return false;
  }
}

TEST(Path, the_canonical_form_is_accepted_as_it_is) {
  for (const char* bytes : {"", "a", "a/b", "...", "a..b/.c", " ", "-", "a b/\n", "\xff\xfe", "\\", "a:b", "Ä/ö"}) {
    EXPECT_TRUE(parses(bytes)) << bytes;
  }
}

TEST(Path, anything_else_is_refused_by_the_strict_form) {
  for (const char* bytes : {"/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "a/..", "a/../b", "../a", "//"}) {
    EXPECT_FALSE(parses(bytes)) << bytes;
  }
  EXPECT_FALSE(parses(std::string_view("a\0b", 3)));
  EXPECT_FALSE(parses(std::string_view("\0", 1)));
}

TEST(Path, the_limits_hold_to_the_byte) {
  EXPECT_TRUE(parses(std::string(255, 'x')));
  EXPECT_FALSE(parses(std::string(256, 'x')));
  EXPECT_TRUE(parses(repeated("a/", 127) + "a"));
  EXPECT_FALSE(parses(repeated("a/", 128) + "a"));
  const std::string component(240, 'x');
  const std::string longest = repeated(component + "/", 16) + std::string(4096 - 16 * 241, 'y');
  ASSERT_EQ(longest.size(), 4096u);
  EXPECT_TRUE(parses(longest));
  EXPECT_FALSE(parses(longest + "y"));
}

TEST(Path, the_limits_hold_when_paths_are_joined) {
  const Path deep = Path::parse(repeated("a/", 127) + "a");
  EXPECT_THROW(deep / "b", Error);
  EXPECT_THROW(deep / Path::parse("b"), Error);
  EXPECT_EQ(deep / Path(), deep);
  EXPECT_EQ(Path() / deep, deep);
  const Path longish = Path::parse(repeated(std::string(250, 'x') + "/", 15) + "x");
  EXPECT_EQ((longish / std::string(255, 'y')).depth(), 17u);
  EXPECT_THROW(longish / std::string(255, 'y') / std::string(255, 'z'), Error);
}

TEST(Path, joining_takes_one_valid_name) {
  EXPECT_EQ((Path() / "a" / "b").bytes(), "a/b");
  for (const char* name : {"", ".", "..", "a/b", "/"}) EXPECT_THROW(Path() / name, Error) << name;
  EXPECT_THROW(Path() / std::string_view("a\0", 2), Error);
}

TEST(Path, a_request_is_normalised_inside_the_text_and_never_leaves_the_root) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"/", ""},
      {"//", ""},
      {".", ""},
      {"..", ""},
      {"../..", ""},
      {"/../../etc", "etc"},
      {"a", "a"},
      {"/a", "a"},
      {"a/", "a"},
      {"//a//b//", "a/b"},
      {"./a/./b/.", "a/b"},
      {"a/../b", "b"},
      {"a/b/../../c", "c"},
      {"a/../../b", "b"},
      {"a/..", ""},
      {"../a/../../b/c/..", "b"},
      {".../a", ".../a"},
      {"a/.../b", "a/.../b"},
      {"~/x", "~/x"},
  };
  for (const auto& [request, expected] : cases) {
    EXPECT_EQ(Path::from_request(request).bytes(), expected) << "request '" << request << "'";
  }
}

TEST(Path, a_request_is_still_held_to_nul_and_limits) {
  EXPECT_FALSE(request_is_accepted(std::string_view("a\0b", 3)));
  EXPECT_FALSE(request_is_accepted(std::string_view("a\0/../b", 7)));
  EXPECT_FALSE(request_is_accepted(std::string(256, 'x')));
  EXPECT_FALSE(request_is_accepted(repeated("a/", 129)));
  EXPECT_FALSE(request_is_accepted(repeated("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/", 100)));
  EXPECT_FALSE(request_is_accepted(repeated("/", 20'000)));
  EXPECT_TRUE(request_is_accepted(repeated("/", 4'000) + "a"));
  EXPECT_TRUE(request_is_accepted(repeated("a/../", 200) + "b"));
}

TEST(Path, a_directory_comes_right_before_what_is_in_it) {
  std::vector<Path> paths;
  for (const char* bytes : {"b", "a-b", "a/b/c", "a", "a/b", "a b", "a\xff", "a/b-c", "a.txt", "a/B", ""}) {
    paths.push_back(Path::parse(bytes));
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> sorted;
  for (const auto& path : paths) sorted.push_back(path.bytes());
  EXPECT_EQ(sorted,
            (std::vector<std::string>{"", "a", "a/B", "a/b", "a/b/c", "a/b-c", "a b", "a-b", "a.txt", "a\xff", "b"}));
}

TEST(Path, names_sort_bytewise_with_high_bytes_last) {
  EXPECT_LT(Path::parse("a/z"), Path::parse("a\x01"));
  EXPECT_LT(Path::parse("z"), Path::parse("\x80"));
  EXPECT_LT(Path::parse("\x80"), Path::parse("\xff"));
  EXPECT_EQ(Path::parse("a/b") <=> Path::parse("a/b"), std::strong_ordering::equal);
}

TEST(Path, parts_of_a_path) {
  const Path path = Path::parse("world/region/r.0.0.mca");
  EXPECT_EQ(path.name(), "r.0.0.mca");
  EXPECT_EQ(path.parent().bytes(), "world/region");
  EXPECT_EQ(path.depth(), 3u);
  EXPECT_EQ(path.components(), (std::vector<std::string_view>{"world", "region", "r.0.0.mca"}));
  EXPECT_EQ(Path::parse("world").parent(), Path());
  EXPECT_EQ(Path().parent(), Path());
  EXPECT_EQ(Path().name(), "");
  EXPECT_EQ(Path().depth(), 0u);
  EXPECT_TRUE(Path().components().empty());
}

TEST(Path, beneath_goes_by_components_and_not_by_letters) {
  const Path world = Path::parse("world");
  EXPECT_TRUE(Path::parse("world/level.dat").is_beneath(world));
  EXPECT_TRUE(world.is_beneath(world));
  EXPECT_TRUE(world.is_beneath(Path()));
  EXPECT_FALSE(Path::parse("world2/level.dat").is_beneath(world));
  EXPECT_FALSE(Path().is_beneath(world));
}

TEST(Path, a_refusal_shows_a_long_hostile_name_readable_and_cut) {
  try {
    Path::parse(std::string(200, '\xff') + "\x80/..");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_LT(error.message().size(), 400u);
    EXPECT_NE(error.message().find("…"), std::string::npos);
  }
}

}  // namespace
}  // namespace strata::vfs
