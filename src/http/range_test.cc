#include "strata/http/range.h"

#include <gtest/gtest.h>

namespace strata::http {
namespace {

using Kind = RangeChoice::Kind;

struct Case {
  const char* range;
  std::uint64_t size;
  Kind kind;
  std::uint64_t offset;
  std::uint64_t length;
};

TEST(Range, the_table_of_rfc_9110) {
  const Case cases[] = {
      {"", 1000, Kind::kWhole, 0, 1000},
      {"bytes=0-499", 1000, Kind::kPart, 0, 500},
      {"bytes=500-999", 1000, Kind::kPart, 500, 500},
      {"bytes=999-", 1000, Kind::kPart, 999, 1},
      {"bytes=0-", 1000, Kind::kPart, 0, 1000},
      {"bytes=500-99999", 1000, Kind::kPart, 500, 500},
      {"bytes=-1", 1000, Kind::kPart, 999, 1},
      {"bytes=-2000", 1000, Kind::kPart, 0, 1000},
      {"BYTES=0-0", 1000, Kind::kPart, 0, 1},
      {"bytes=0-18446744073709551616", 1000, Kind::kPart, 0, 1000},
      {"bytes=1000-", 1000, Kind::kUnsatisfiable, 0, 0},
      {"bytes=99999999999999999999-", 1000, Kind::kUnsatisfiable, 0, 0},
      {"bytes=-0", 1000, Kind::kUnsatisfiable, 0, 0},
      {"bytes=0-", 0, Kind::kUnsatisfiable, 0, 0},
      {"bytes=-5", 0, Kind::kWhole, 0, 0},
      {"bytes=0-1,5-6", 1000, Kind::kWhole, 0, 1000},
      {"bytes=5-4", 1000, Kind::kWhole, 0, 1000},
      {"bytes=", 1000, Kind::kWhole, 0, 1000},
      {"bytes=-", 1000, Kind::kWhole, 0, 1000},
      {"bytes=a-b", 1000, Kind::kWhole, 0, 1000},
      {"bytes=+1-2", 1000, Kind::kWhole, 0, 1000},
      {"bytes=1 -2", 1000, Kind::kWhole, 0, 1000},
      {"bytes=--1", 1000, Kind::kWhole, 0, 1000},
      {"lines=0-1", 1000, Kind::kWhole, 0, 1000},
  };
  for (const auto& each : cases) {
    const auto choice = choose_range(each.range, each.size);
    EXPECT_EQ(choice.kind, each.kind) << each.range;
    EXPECT_EQ(choice.offset, each.offset) << each.range;
    EXPECT_EQ(choice.length, each.length) << each.range;
  }
}

Request asking(const char* range) {
  Request request;
  request.headers.set("Range", range);
  return request;
}

TEST(Range, a_part_is_answered_206_with_its_place) {
  Response response;
  const auto choice = apply_range(asking("bytes=10-19"), 100, "\"v1\"", response);
  EXPECT_EQ(choice.kind, Kind::kPart);
  EXPECT_EQ(response.status, 206);
  EXPECT_EQ(response.headers.get("Content-Range"), "bytes 10-19/100");
  EXPECT_EQ(response.headers.get("Accept-Ranges"), "bytes");
  EXPECT_EQ(response.headers.get("ETag"), "\"v1\"");
}

TEST(Range, beyond_the_end_is_answered_416_with_the_size) {
  Response response;
  EXPECT_EQ(apply_range(asking("bytes=100-"), 100, "", response).kind, Kind::kUnsatisfiable);
  EXPECT_EQ(response.status, 416);
  EXPECT_EQ(response.headers.get("Content-Range"), "bytes */100");
}

TEST(Range, a_changed_file_is_sent_whole) {
  const auto kind_for = [](const char* if_range, const char* etag) {
    auto request = asking("bytes=10-19");
    request.headers.set("If-Range", if_range);
    Response response;
    return apply_range(request, 100, etag, response).kind;
  };
  EXPECT_EQ(kind_for("\"v1\"", "\"v1\""), Kind::kPart);
  EXPECT_EQ(kind_for("\"v1\"", "\"v2\""), Kind::kWhole);
  EXPECT_EQ(kind_for("W/\"v1\"", "W/\"v1\""), Kind::kWhole) << "a weak tag proves nothing about bytes";
  EXPECT_EQ(kind_for("Sat, 22 Aug 2026 12:00:00 GMT", "\"v1\""), Kind::kWhole);
}

TEST(Range, head_ignores_range) {
  auto request = asking("bytes=10-19");
  request.method = Method::kHead;
  Response response;
  EXPECT_EQ(apply_range(request, 100, "", response).kind, Kind::kWhole);
  EXPECT_EQ(response.status, 200);
}

}  // namespace
}  // namespace strata::http
