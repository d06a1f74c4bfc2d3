#include "strata/crypto/sealer.h"

#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "strata/base/error.h"

namespace strata::crypto {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr SealContext kPassword{"backup_configurations", "0b0f3ee6-3b0c-4f0a-9a3c-5d1f5d7d2a11",
                                "restic.environment.RESTIC_PASSWORD"};

RootKey key_of(char digit) {
  return RootKey::parse(Secret(std::string(64, digit)));
}

template <class Function>
Error error_of(Function function) {
  try {
    function();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error(ErrorKind::kInternal, "");
}

TEST(RootKey, the_text_of_a_new_key_gives_the_key_again) {
  const auto key = RootKey::generate();
  EXPECT_EQ(key.text().reveal().size(), 64U);
  EXPECT_EQ(RootKey::parse(Secret(key.text().reveal() + "\n")).id(), key.id());
  EXPECT_NE(RootKey::generate().id(), key.id());
}

TEST(RootKey, hexadecimal_and_base64_name_the_same_key) {
  EXPECT_EQ(RootKey::parse(Secret("  AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")).id(),
            RootKey::parse(Secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")).id());
}

TEST(RootKey, the_id_is_not_part_of_the_key) {
  EXPECT_EQ(key_of('0').id().size(), 8U);
  EXPECT_NE(key_of('0').id(), "00000000");
}

TEST(RootKey, anything_else_is_refused_without_repeating_it) {
  for (const char* text : {"", "changeme", "0001", "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
                           "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg=="}) {
    const auto error = error_of([&] { RootKey::parse(Secret(text)); });
    EXPECT_EQ(error.kind(), ErrorKind::kInvalid);
    if (*text != '\0') {
      EXPECT_THAT(error.message(), Not(HasSubstr(text)));
    }
  }
}

TEST(RootKey, a_key_file_that_others_can_read_is_refused_with_the_repair) {
  EXPECT_NO_THROW(require_private_key_file(S_IFREG | 0600, 1000, 1000, "/var/lib/strata/root.key"));
  EXPECT_NO_THROW(require_private_key_file(S_IFREG | 0400, 0, 1000, "/run/credentials/root.key"));
  const auto readable =
      error_of([] { require_private_key_file(S_IFREG | 0640, 1000, 1000, "/var/lib/strata/root.key"); });
  EXPECT_EQ(readable.kind(), ErrorKind::kRefused);
  EXPECT_THAT(readable.message(), HasSubstr("chmod 600 '/var/lib/strata/root.key'"));
  EXPECT_THROW(require_private_key_file(S_IFREG | 0600, 1001, 1000, "k"), Error);
  EXPECT_THROW(require_private_key_file(S_IFDIR | 0700, 1000, 1000, "k"), Error);
}

TEST(Sealer, a_sealed_secret_opens_in_its_own_place) {
  const Sealer sealer(key_of('1'));
  for (const auto& plain : {std::string("hunter2"), std::string(), std::string("a\0b", 3), std::string(70'000, 'x')}) {
    EXPECT_EQ(sealer.open(sealer.seal(Secret(plain), kPassword), kPassword).reveal(), plain);
  }
}

TEST(Sealer, the_same_secret_never_looks_the_same) {
  const Sealer sealer(key_of('1'));
  const auto sealed = sealer.seal(Secret("hunter2"), kPassword);
  EXPECT_NE(sealed, sealer.seal(Secret("hunter2"), kPassword));
  EXPECT_THAT(sealed, Not(HasSubstr("hunter2")));
}

TEST(Sealer, a_secret_copied_to_another_place_does_not_open) {
  const Sealer sealer(key_of('1'));
  const auto sealed = sealer.seal(Secret("hunter2"), {"t", "row", "field"});
  for (const SealContext other :
       {SealContext{"u", "row", "field"}, SealContext{"t", "rox", "field"}, SealContext{"t", "row", "fielx"},
        SealContext{"t", "rowf", "ield"}, SealContext{"tr", "ow", "field"}, SealContext{"t", "field", "row"}}) {
    EXPECT_EQ(error_of([&] { sealer.open(sealed, other); }).kind(), ErrorKind::kCorrupt);
  }
}

TEST(Sealer, no_single_character_can_be_changed_unnoticed) {
  const Sealer sealer(key_of('1'));
  const auto sealed = sealer.seal(Secret("hunter2"), kPassword);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THROW(sealer.open(changed, kPassword), Error) << i;
    EXPECT_THROW(sealer.open(sealed.substr(0, i), kPassword), Error) << i;
  }
}

TEST(Sealer, an_unknown_key_is_named_in_the_refusal) {
  const auto sealed = Sealer(key_of('1')).seal(Secret("hunter2"), kPassword);
  const auto error = error_of([&] { Sealer(key_of('2')).open(sealed, kPassword); });
  EXPECT_EQ(error.kind(), ErrorKind::kRefused);
  EXPECT_THAT(error.message(), HasSubstr(key_of('1').id()));
  EXPECT_THAT(error.message(), HasSubstr(key_of('2').id()));
}

TEST(Sealer, after_rotation_old_values_open_and_ask_to_be_sealed_again) {
  const auto old_value = Sealer(key_of('1')).seal(Secret("hunter2"), kPassword);
  const Sealer rotated(key_of('2'), {key_of('1')});
  EXPECT_TRUE(rotated.needs_reseal(old_value));
  const auto new_value = rotated.seal(rotated.open(old_value, kPassword), kPassword);
  EXPECT_FALSE(rotated.needs_reseal(new_value));
  EXPECT_EQ(Sealer(key_of('2')).open(new_value, kPassword).reveal(), "hunter2");
}

TEST(Sealer, a_wrong_key_is_noticed_at_the_start) {
  const auto check = Sealer(key_of('1')).make_check_value();
  EXPECT_NO_THROW(Sealer(key_of('1')).verify_check_value(check));
  EXPECT_NO_THROW(Sealer(key_of('2'), {key_of('1')}).verify_check_value(check));
  const auto error = error_of([&] { Sealer(key_of('2')).verify_check_value(check); });
  EXPECT_EQ(error.kind(), ErrorKind::kRefused);
  EXPECT_THAT(error.message(), HasSubstr(key_of('1').id()));
  EXPECT_THROW(Sealer(key_of('1')).verify_check_value("nonsense"), Error);
}

TEST(Sealer, more_than_a_mebibyte_is_too_large) {
  const Sealer sealer(key_of('1'));
  EXPECT_EQ(error_of([&] { sealer.seal(Secret(std::string(1024 * 1024 + 1, 'x')), kPassword); }).kind(),
            ErrorKind::kTooLarge);
}

}  // namespace
}  // namespace strata::crypto
