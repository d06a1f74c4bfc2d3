#include "strata/crypto/password.h"

#include <algorithm>
#include <array>
#include <semaphore>
#include <utility>

#include <fmt/format.h>
#include <sodium.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/crypto/libraries.h"

namespace strata::crypto {
namespace {

constexpr std::string_view kScheme = "$argon2id$";

std::string random_base64(std::size_t bytes) {
  std::vector<std::uint8_t> buffer(bytes);
  random_bytes(buffer);
  std::string text = base64(buffer);
  text.erase(std::find(text.begin(), text.end(), '='), text.end());
  return text;
}

/// A well-formed hash that no password has: verifying against it costs what a real one costs.
std::string hash_of_nobody(const PasswordCost& cost) {
  return fmt::format("{}v=19$m={},t={},p=1${}${}", kScheme, cost.memory / 1024, cost.passes,
                     random_base64(crypto_pwhash_SALTBYTES), random_base64(32));
}

}  // namespace

struct PasswordHasher::Turns {
  std::counting_semaphore<kMaximumConcurrent> free{kMaximumConcurrent};

  class Turn {
   public:
    Turn(Turns& turns, std::chrono::milliseconds patience) : turns_(turns) {
      if (!turns_.free.try_acquire_for(patience)) {
        throw Error(ErrorKind::kRateLimited, "too many sign-ins at the same time: try again in a moment");
      }
    }
    ~Turn() { turns_.free.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Turns& turns_;
  };
};

PasswordHasher::PasswordHasher(PasswordCost cost, std::chrono::milliseconds patience)
    : cost_(cost), patience_(patience), nobody_(hash_of_nobody(cost)), turns_(std::make_unique<Turns>()) {
  prepare_sodium();
  if (cost.memory < crypto_pwhash_MEMLIMIT_MIN || cost.memory > crypto_pwhash_MEMLIMIT_MAX ||
      cost.passes < crypto_pwhash_OPSLIMIT_MIN) {
    throw Error(ErrorKind::kInvalid, "the cost of password hashes needs at least 8 KiB of memory and one pass");
  }
}

PasswordHasher::~PasswordHasher() = default;

std::string PasswordHasher::hash(const Secret& password) const {
  const std::string& text = password.reveal();
  if (text.size() > kMaximumPasswordBytes) throw Error(ErrorKind::kTooLarge, "a password has at most 1024 bytes");
  const Turns::Turn turn(*turns_, patience_);
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), text.data(), text.size(), cost_.passes, cost_.memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw Error(ErrorKind::kUnavailable, "not enough memory to hash a password: try again in a moment");
  }
  return std::string(out.data());
}

bool PasswordHasher::verify(const std::string& stored, const Secret& password) const {
  if (!stored.starts_with(kScheme)) throw Error(ErrorKind::kCorrupt, "a stored password hash is not an Argon2id hash");
  const std::string& text = password.reveal();
  if (text.size() > kMaximumPasswordBytes) return false;
  const Turns::Turn turn(*turns_, patience_);
  return crypto_pwhash_str_verify(stored.c_str(), text.data(), text.size()) == 0;
}

bool PasswordHasher::verify_nobody(const Secret& password) const {
  return verify(nobody_, password);
}

bool PasswordHasher::needs_rehash(const std::string& stored) const {
  return crypto_pwhash_str_needs_rehash(stored.c_str(), cost_.passes, cost_.memory) != 0;
}

}  // namespace strata::crypto
