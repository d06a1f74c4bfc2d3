#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "strata/base/log.h"
#include "strata/base/units.h"

namespace strata::crypto {

/// Argon2id cost. The default takes about 0.2 s of one core; the smallest libsodium accepts (for tests) is 8 KiB and 1.
struct PasswordCost {
  Bytes memory = 64_MiB;
  std::uint32_t passes = 3;
};

/// Hashes and checks passwords with Argon2id (RFC 9106, one lane). At most `kMaximumConcurrent` hashes run at a time:
/// each takes `cost.memory`, so a burst of sign-ins must not take the machine down. A caller waits for its turn up to
/// `patience`, then gets kRateLimited. Blocks: call it from a worker thread. Any thread.
class PasswordHasher {
 public:
  static constexpr int kMaximumConcurrent = 2;
  static constexpr std::size_t kMaximumPasswordBytes = 1024;

  explicit PasswordHasher(PasswordCost cost = {}, std::chrono::milliseconds patience = std::chrono::seconds(10));
  ~PasswordHasher();
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;

  /// "$argon2id$v=19$m=…", at most 127 characters. kTooLarge beyond kMaximumPasswordBytes.
  std::string hash(const Secret& password) const;

  /// False for a wrong password, and for one that is too long. kCorrupt when `stored` is not an Argon2id hash.
  bool verify(const std::string& stored, const Secret& password) const;

  /// Costs what `verify` costs and always answers false: called for an unknown user, so that the time of an answer does
  /// not tell which names exist.
  bool verify_nobody(const Secret& password) const;

  /// True when `stored` was made with another cost than ours: hash again at the next successful sign-in.
  bool needs_rehash(const std::string& stored) const;

 private:
  struct Turns;
  PasswordCost cost_;
  std::chrono::milliseconds patience_;
  std::string nobody_;
  std::unique_ptr<Turns> turns_;
};

}  // namespace strata::crypto
