#include "strata/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Url, escapes_are_decoded_once) {
  EXPECT_EQ(percent_decode("a%20b%2Fc"), "a b/c");
  EXPECT_EQ(percent_decode("%2525"), "%25");
  EXPECT_EQ(percent_decode("a+b"), "a+b") << "plus is a space in queries only";
  EXPECT_EQ(percent_decode("%C3%BC"), "ü");
}

TEST(Url, malformed_escapes_and_nul_are_refused) {
  for (const char* text : {"%", "%2", "a%zz", "%-1", "%00", "x%00y"})
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
}

TEST(Url, encoding_and_decoding_give_back_any_bytes) {
  std::string bytes;
  for (int c = 1; c < 256; ++c) bytes.push_back(static_cast<char>(c));
  EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
  EXPECT_EQ(percent_encode("a/b c~"), "a%2Fb%20c~");
  EXPECT_EQ(percent_encode("a/b c", "/"), "a/b%20c");
}

TEST(Url, a_query_keeps_order_and_repeated_keys) {
  EXPECT_THAT(*parse_query("files=a&x=1%262&files=b+c&flag&=v&&"),
              ElementsAre(Pair("files", "a"), Pair("x", "1&2"), Pair("files", "b c"), Pair("flag", ""), Pair("", "v")));
  EXPECT_EQ(format_query({{"a b", "1&2"}, {"c", ""}}), "a%20b=1%262&c=");
  EXPECT_EQ(parse_query("a=%00"), std::nullopt);
}

TEST(Url, a_query_of_too_many_pairs_is_refused) {
  std::string text = "a";
  for (int i = 1; i < 1000; ++i) text += "&a";
  EXPECT_TRUE(parse_query(text));
  EXPECT_FALSE(parse_query(text + "&a"));
}

TEST(Url, a_target_is_split_before_it_is_decoded) {
  const auto target = parse_target("/api/files/a%2Fb/?q=1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/api/files/a%2Fb/");
  EXPECT_THAT(target->segments, ElementsAre("api", "files", "a/b", ""));
  EXPECT_THAT(target->query, ElementsAre(Pair("q", "1")));
  EXPECT_TRUE(parse_target("/")->segments.empty());
}

TEST(Url, the_absolute_form_names_the_same_resource) {
  EXPECT_THAT(parse_target("http://host:80/a/b?c")->segments, ElementsAre("a", "b"));
  EXPECT_TRUE(parse_target("https://host")->segments.empty());
  EXPECT_TRUE(parse_target("http://host?a=1")->segments.empty());
}

TEST(Url, dots_and_foreign_forms_are_refused) {
  for (const char* text :
       {"", "a", "*", "host:443", "/a/../b", "/a/%2e%2E/b", "/./a", "/..", "http:///a", "ftp://h/a", "/%"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

}  // namespace
}  // namespace strata::http
