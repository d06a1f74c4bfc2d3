#include "strata/crypto/password.h"

#include <atomic>
#include <barrier>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "strata/base/error.h"

namespace strata::crypto {
namespace {

constexpr PasswordCost kCheap{.memory = 64_KiB, .passes = 1};

TEST(PasswordHasher, only_the_right_password_verifies) {
  const PasswordHasher hasher(kCheap);
  const auto stored = hasher.hash(Secret("correct horse"));
  EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
  EXPECT_TRUE(hasher.verify(stored, Secret("correct horse")));
  EXPECT_FALSE(hasher.verify(stored, Secret("correct horsf")));
  EXPECT_FALSE(hasher.verify(stored, Secret("")));
}

// From the reference implementation's tests: password "password", salt "somesalt", 256 KiB, 2 passes, 1 lane.
TEST(PasswordHasher, a_hash_of_the_reference_implementation_verifies) {
  const PasswordHasher hasher(kCheap);
  const std::string stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
  EXPECT_TRUE(hasher.verify(stored, Secret("password")));
  EXPECT_FALSE(hasher.verify(stored, Secret("passwore")));
}

TEST(PasswordHasher, two_hashes_of_one_password_differ) {
  const PasswordHasher hasher(kCheap);
  EXPECT_NE(hasher.hash(Secret("x")), hasher.hash(Secret("x")));
}

TEST(PasswordHasher, a_raised_cost_asks_for_a_new_hash) {
  const auto stored = PasswordHasher(kCheap).hash(Secret("x"));
  EXPECT_FALSE(PasswordHasher(kCheap).needs_rehash(stored));
  EXPECT_TRUE(PasswordHasher({.memory = 64_KiB, .passes = 2}).needs_rehash(stored));
  EXPECT_TRUE(PasswordHasher({.memory = 128_KiB, .passes = 1}).needs_rehash(stored));
}

TEST(PasswordHasher, nobody_has_no_password) {
  const PasswordHasher hasher(kCheap);
  EXPECT_FALSE(hasher.verify_nobody(Secret("")));
  EXPECT_FALSE(hasher.verify_nobody(Secret("admin")));
}

TEST(PasswordHasher, a_password_of_a_novel_s_length_is_refused_before_any_work) {
  const PasswordHasher hasher(kCheap);
  const Secret novel(std::string(1025, 'x'));
  EXPECT_THROW(hasher.hash(novel), Error);
  EXPECT_FALSE(hasher.verify(hasher.hash(Secret("x")), novel));
}

TEST(PasswordHasher, a_stored_value_that_is_no_hash_is_reported_not_taken_for_a_wrong_password) {
  const PasswordHasher hasher(kCheap);
  EXPECT_THROW(hasher.verify("", Secret("x")), Error);
  EXPECT_THROW(hasher.verify("$2b$12$abcdefghijklmnopqrstuv", Secret("x")), Error);
}

TEST(PasswordHasher, a_burst_of_sign_ins_is_told_to_come_back) {
  const PasswordHasher hasher({.memory = 8_MiB, .passes = 4}, std::chrono::milliseconds(0));
  std::atomic<int> refused{0};
  std::atomic<int> hashed{0};
  for (int round = 0; round < 100 && refused == 0; ++round) {
    std::barrier together(8);
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        together.arrive_and_wait();
        try {
          (void)hasher.hash(Secret("x"));
          ++hashed;
        } catch (const Error& error) {
          EXPECT_EQ(error.kind(), ErrorKind::kRateLimited);
          ++refused;
        }
      });
    }
  }
  EXPECT_GT(refused, 0);
  EXPECT_GE(hashed, PasswordHasher::kMaximumConcurrent);
  EXPECT_NO_THROW(hasher.hash(Secret("x"))) << "turns come back";
}

}  // namespace
}  // namespace strata::crypto
