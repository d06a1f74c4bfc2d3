#include "strata/crypto/digest.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/constant_time_equal.h"

namespace strata::crypto {
namespace {

std::vector<std::uint8_t> bytes(std::string_view digits) {
  return parse_hex(digits).value();
}

TEST(Digest, the_published_digests_of_abc_are_reproduced) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(md5(as_bytes("abc"))), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex(blake2b256(as_bytes("abc"))), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Digest, the_published_digests_of_nothing_are_reproduced) {
  EXPECT_EQ(hex(Digest(Algorithm::kSha256).finish()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(Digest(Algorithm::kBlake2b256).finish()),
            "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

TEST(Digest, pieces_of_any_size_give_the_digest_of_the_whole) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919);
  for (const auto algorithm : {Algorithm::kSha256, Algorithm::kSha1, Algorithm::kMd5, Algorithm::kBlake2b256}) {
    Digest whole(algorithm);
    whole.update(text);
    Digest pieces(algorithm);
    for (std::size_t at = 0, size = 1; at < text.size(); at += size, size = size * 3 + 1) {
      pieces.update(std::string_view(text).substr(at, std::min(size, text.size() - at)));
    }
    const auto expected = whole.finish();
    EXPECT_EQ(expected.size(), digest_size(algorithm));
    EXPECT_EQ(pieces.finish(), expected);
  }
}

TEST(Digest, a_copy_goes_on_by_itself) {
  for (const auto algorithm : {Algorithm::kSha256, Algorithm::kBlake2b256}) {
    Digest original(algorithm);
    original.update("a");
    Digest copy = original;
    original.update("bc");
    copy.update("x");
    Digest abc(algorithm);
    abc.update("abc");
    Digest ax(algorithm);
    ax.update("ax");
    EXPECT_EQ(original.finish(), abc.finish());
    EXPECT_EQ(copy.finish(), ax.finish());
  }
}

TEST(Digest, nothing_can_be_added_after_the_end) {
  Digest digest(Algorithm::kSha256);
  (void)digest.finish();
  EXPECT_THROW(digest.update("x"), Error);
  EXPECT_THROW(digest.finish(), Error);
}

// RFC 4231, test cases 1, 2 and 6.
TEST(Hmac, the_vectors_of_rfc_4231_are_reproduced) {
  EXPECT_EQ(hex(hmac_sha256(std::vector<std::uint8_t>(20, 0x0b), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256(as_bytes("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex(hmac_sha256(std::vector<std::uint8_t>(131, 0xaa), "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, an_empty_key_is_not_the_key_of_the_call_before) {
  (void)hmac_sha256(as_bytes("some other key"), "x");
  EXPECT_EQ(hex(hmac_sha256({}, "")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// RFC 5869, appendix A.1, A.2 and A.3.
TEST(Hkdf, the_vectors_of_rfc_5869_are_reproduced) {
  const auto label = bytes("f0f1f2f3f4f5f6f7f8f9");
  EXPECT_EQ(
      hex(hkdf_sha256(std::vector<std::uint8_t>(22, 0x0b), as_text(label), 42, bytes("000102030405060708090a0b0c"))),
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");

  std::vector<std::uint8_t> secret;
  std::vector<std::uint8_t> salt;
  std::vector<std::uint8_t> long_label;
  for (unsigned i = 0; i < 80; ++i) {
    secret.push_back(static_cast<std::uint8_t>(i));
    salt.push_back(static_cast<std::uint8_t>(0x60 + i));
    long_label.push_back(static_cast<std::uint8_t>(0xb0 + i));
  }
  EXPECT_EQ(
      hex(hkdf_sha256(secret, as_text(long_label), 82, salt)),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f0"
      "9b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");

  EXPECT_EQ(hex(hkdf_sha256(std::vector<std::uint8_t>(22, 0x0b), "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, each_label_gives_its_own_key) {
  const std::vector<std::uint8_t> secret(32, 7);
  EXPECT_NE(hkdf_sha256(secret, "panel to node"), hkdf_sha256(secret, "node to panel"));
  EXPECT_THROW(hkdf_sha256(secret, "x", 0), Error);
  EXPECT_THROW(hkdf_sha256(secret, "x", 8161), Error);
}

TEST(ConstantTimeEqual, only_equal_bytes_are_equal) {
  EXPECT_TRUE(constant_time_equal("secret", "secret"));
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_FALSE(constant_time_equal("secret", "secreT"));
  EXPECT_FALSE(constant_time_equal("secret", "secre"));
}

}  // namespace
}  // namespace strata::crypto
