#include "strata/app/listen_address.h"

#include <gtest/gtest.h>

#include "strata/base/error.h"

namespace strata::app {
namespace {

TEST(ListenAddress, is_a_host_and_a_port) {
  const auto address = parse_listen_address("127.0.0.1:8080");
  EXPECT_EQ(address.host, "127.0.0.1");
  EXPECT_EQ(address.port, 8080);
  EXPECT_EQ(address.url(), "http://127.0.0.1:8080");
  EXPECT_EQ(parse_listen_address("0.0.0.0:65535").port, 65535);
}

TEST(ListenAddress, of_ipv6_stands_in_brackets_and_keeps_them_in_the_url) {
  const auto address = parse_listen_address("[::1]:8080");
  EXPECT_EQ(address.host, "::1");
  EXPECT_EQ(address.url(), "http://[::1]:8080");
}

TEST(ListenAddress, anything_else_is_refused_with_the_expected_form) {
  for (const auto* text : {"", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
                           "127.0.0.1:-1", "127.0.0.1:80x", "127.0.0.1: 80", "127.0.0.1:99999999999999999999", "::1",
                           "::1:8080", "[::1:8080", "::1]:8080", "[]:8080", "[127.0.0.1:80]"}) {
    try {
      parse_listen_address(text);
      ADD_FAILURE() << "'" << text << "' was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kInvalid) << text;
      EXPECT_NE(error.message().find("HOST:PORT"), std::string::npos) << error.message();
    }
  }
}

}  // namespace
}  // namespace strata::app
