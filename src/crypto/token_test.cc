#include "strata/crypto/token.h"

#include <string>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/digest.h"

namespace strata::crypto {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr std::int64_t kNow = 1'790'000'000;
constexpr Timestamp kTime{seconds{kNow}};
constexpr std::string_view kKey = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/";

boost::json::object download_claims() {
  return {{"scope", "backup-download"}, {"iss", "panel"},  {"sub", nullptr}, {"aud", boost::json::array{}},
          {"exp", kNow + 900},          {"nbf", nullptr},  {"iat", kNow},    {"jti", "user"},
          {"backup_uuid", "b"},         {"unique_id", "u"}};
}

/// A token signed with the right key whose parts are whatever the test wants.
std::string forge(std::string_view header, std::string_view body) {
  const std::string input = base64url(as_bytes(header)) + "." + base64url(as_bytes(body));
  return input + "." + base64url(hmac_sha256(as_bytes(kKey), input));
}

boost::json::object verify(std::string_view token, Timestamp now = kTime, seconds leeway = seconds(60)) {
  return verify_token(token, as_bytes(kKey), now, leeway);
}

std::string reason(std::string_view token, Timestamp now = kTime, seconds leeway = seconds(60)) {
  try {
    verify(token, now, leeway);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUnauthorized);
    return error.message();
  }
  return "accepted";
}

TEST(Token, signed_claims_come_back_as_they_were) {
  EXPECT_EQ(verify(sign_token(download_claims(), as_bytes(kKey))), download_claims());
}

// RFC 7515, appendix A.1; it expired at 1300819380.
TEST(Token, the_example_of_rfc_7515_verifies) {
  const auto key =
      *parse_base64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  const auto claims = verify_token(
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      key, Timestamp{seconds{1300819380}}, seconds(0));
  EXPECT_EQ(claims.at("iss").as_string(), "joe");
}

TEST(Token, a_token_of_another_key_is_refused) {
  const std::string other(64, 'x');
  EXPECT_THAT(reason(sign_token(download_claims(), as_bytes(other))), HasSubstr("signature"));
}

TEST(Token, only_hs256_is_taken_whatever_the_header_says) {
  const std::string body = boost::json::serialize(download_claims());
  for (const char* header : {R"({"typ":"JWT","alg":"none"})", R"({"typ":"JWT","alg":"None"})", R"({"alg":"HS512"})",
                             R"({"alg":"RS256"})", R"({"alg":"hs256"})", R"({"alg":["HS256"]})", R"({"typ":"JWT"})"}) {
    EXPECT_THAT(reason(forge(header, body)), HasSubstr("HS256")) << header;
  }
  const std::string unsigned_token = base64url(as_bytes(R"({"alg":"none"})")) + "." + base64url(as_bytes(body)) + ".";
  EXPECT_THAT(reason(unsigned_token), HasSubstr("signature"));
  EXPECT_THAT(reason(forge(R"({"alg":"HS256","crit":["exp"]})", body)), HasSubstr("extensions"));
}

TEST(Token, no_single_character_can_be_changed) {
  const auto token = sign_token(download_claims(), as_bytes(kKey));
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(reason(changed), "accepted") << i;
  }
  EXPECT_NE(reason(token + "="), "accepted");
  EXPECT_NE(reason(token + ".x"), "accepted");
}

TEST(Token, the_signature_of_one_token_does_not_fit_the_body_of_another) {
  auto claims = download_claims();
  const auto first = sign_token(claims, as_bytes(kKey));
  claims["backup_uuid"] = "another backup";
  const auto second = sign_token(claims, as_bytes(kKey));
  const auto swapped = second.substr(0, second.rfind('.')) + first.substr(first.rfind('.'));
  EXPECT_THAT(reason(swapped), HasSubstr("signature"));
}

TEST(Token, it_holds_until_its_expiry_and_the_leeway_have_passed) {
  const auto token = sign_token(download_claims(), as_bytes(kKey));
  EXPECT_EQ(reason(token, kTime + seconds(960)), "accepted");
  EXPECT_THAT(reason(token, kTime + seconds(961)), HasSubstr("expired"));
  EXPECT_THAT(reason(token, kTime + seconds(901), seconds(0)), HasSubstr("expired"));
}

TEST(Token, a_clock_that_is_a_little_behind_is_forgiven_a_wrong_one_is_explained) {
  const auto token = sign_token(download_claims(), as_bytes(kKey));
  EXPECT_EQ(reason(token, kTime - seconds(60)), "accepted");
  EXPECT_THAT(reason(token, kTime - seconds(300)), HasSubstr("300 seconds in the future"));
  auto later = download_claims();
  later["nbf"] = kNow + 100;
  EXPECT_THAT(reason(sign_token(later, as_bytes(kKey))), HasSubstr("clocks"));
}

TEST(Token, a_token_without_a_sane_expiry_is_refused) {
  for (const boost::json::value& expiry :
       {boost::json::value(nullptr), boost::json::value("1790000900"), boost::json::value(-1),
        boost::json::value(1e300), boost::json::value(true), boost::json::value(18446744073709551615ULL)}) {
    auto claims = download_claims();
    claims["exp"] = expiry;
    EXPECT_NE(reason(sign_token(claims, as_bytes(kKey))), "accepted") << expiry;
  }
  auto claims = download_claims();
  claims.erase("exp");
  EXPECT_THAT(reason(sign_token(claims, as_bytes(kKey))), HasSubstr("no expiry"));
}

TEST(Token, rubbish_is_refused) {
  for (const char* token : {"", ".", "..", "...", "a.b.c", "ey", "\xFF.\xFF.\xFF"})
    EXPECT_NE(reason(token), "accepted");
  EXPECT_NE(reason(forge(R"({"alg":"HS256"})", "[]")), "accepted");
  EXPECT_NE(reason(forge(R"({"alg":"HS256"})", "{")), "accepted");
  EXPECT_NE(reason(forge(R"({"alg":"HS256"})", std::string(2000, '['))), "accepted");
}

TEST(Token, more_than_eight_kibibytes_is_neither_made_nor_read) {
  auto claims = download_claims();
  claims["file_paths"] = std::string(7000, 'x');
  try {
    sign_token(claims, as_bytes(kKey));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kTooLarge);
  }
  EXPECT_THAT(reason(std::string(8193, 'x')), HasSubstr("8 KiB"));
}

TEST(Token, a_key_that_can_be_guessed_is_our_defect) {
  EXPECT_THROW(sign_token(download_claims(), as_bytes("short")), Error);
  EXPECT_THROW(verify_token("a.b.c", {}, kTime, seconds(0)), Error);
}

}  // namespace
}  // namespace strata::crypto
