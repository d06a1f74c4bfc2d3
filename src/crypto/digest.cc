#include "strata/crypto/digest.h"

#include <algorithm>
#include <string>
#include <utility>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/crypto/libraries.h"

namespace strata::crypto {
namespace {

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

void require(bool worked, const char* what) {
  if (!worked) throw Error(ErrorKind::kInternal, std::string("the cryptographic library failed: ") + what);
}

/// nullptr for BLAKE2b-256: OpenSSL 3.0 computes BLAKE2b with 64 bytes of output only, so libsodium does it.
const EVP_MD* openssl_digest(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kSha256:
      return EVP_sha256();
    case Algorithm::kSha1:
      return EVP_sha1();
    case Algorithm::kMd5:
      return EVP_md5();
    case Algorithm::kBlake2b256:
      return nullptr;
  }
  return nullptr;
}

template <std::size_t Size>
std::array<std::uint8_t, Size> one_shot(const EVP_MD* digest, std::span<const std::uint8_t> bytes) {
  std::array<std::uint8_t, Size> out{};
  unsigned size = 0;
  require(EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, digest, nullptr) == 1 && size == Size, "digest");
  return out;
}

}  // namespace

std::size_t digest_size(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kSha256:
    case Algorithm::kBlake2b256:
      return 32;
    case Algorithm::kSha1:
      return 20;
    case Algorithm::kMd5:
      return 16;
  }
  return 0;
}

struct Digest::State {
  Context openssl;
  crypto_generichash_state blake{};

  explicit State(Algorithm algorithm) {
    if (const EVP_MD* digest = openssl_digest(algorithm)) {
      openssl.reset(EVP_MD_CTX_new());
      require(openssl && EVP_DigestInit_ex(openssl.get(), digest, nullptr) == 1, "digest start");
    } else {
      prepare_sodium();
      require(crypto_generichash_init(&blake, nullptr, 0, digest_size(algorithm)) == 0, "digest start");
    }
  }

  State(const State& other) : blake(other.blake) {
    if (!other.openssl) return;
    openssl.reset(EVP_MD_CTX_new());
    require(openssl && EVP_MD_CTX_copy_ex(openssl.get(), other.openssl.get()) == 1, "digest copy");
  }
};

Digest::Digest(Algorithm algorithm) : algorithm_(algorithm), state_(std::make_unique<State>(algorithm)) {}
Digest::~Digest() = default;
Digest::Digest(Digest&& other) noexcept = default;
Digest& Digest::operator=(Digest&& other) noexcept = default;

Digest::Digest(const Digest& other)
    : algorithm_(other.algorithm_), state_(other.state_ ? std::make_unique<State>(*other.state_) : nullptr) {}

Digest& Digest::operator=(const Digest& other) {
  if (this != &other) *this = Digest(other);
  return *this;
}

void Digest::update(std::span<const std::uint8_t> bytes) {
  require(state_ != nullptr, "the digest is finished");
  if (state_->openssl) {
    require(EVP_DigestUpdate(state_->openssl.get(), bytes.data(), bytes.size()) == 1, "digest update");
  } else {
    require(crypto_generichash_update(&state_->blake, bytes.data(), bytes.size()) == 0, "digest update");
  }
}

void Digest::update(std::string_view text) {
  update(as_bytes(text));
}

std::vector<std::uint8_t> Digest::finish() {
  require(state_ != nullptr, "the digest is finished");
  std::vector<std::uint8_t> out(digest_size(algorithm_));
  if (state_->openssl) {
    require(EVP_DigestFinal_ex(state_->openssl.get(), out.data(), nullptr) == 1, "digest end");
  } else {
    require(crypto_generichash_final(&state_->blake, out.data(), out.size()) == 0, "digest end");
  }
  state_.reset();
  return out;
}

Sha256Bytes sha256(std::span<const std::uint8_t> bytes) {
  return one_shot<32>(EVP_sha256(), bytes);
}

Sha256Bytes sha256(std::string_view text) {
  return sha256(as_bytes(text));
}

Sha1Bytes sha1(std::span<const std::uint8_t> bytes) {
  return one_shot<20>(EVP_sha1(), bytes);
}

Md5Bytes md5(std::span<const std::uint8_t> bytes) {
  return one_shot<16>(EVP_md5(), bytes);
}

Blake2b256Bytes blake2b256(std::span<const std::uint8_t> bytes) {
  prepare_sodium();
  Blake2b256Bytes out{};
  require(crypto_generichash(out.data(), out.size(), bytes.data(), bytes.size(), nullptr, 0) == 0, "digest");
  return out;
}

Sha256Bytes hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> message) {
  // A null key means "the key of the last call" to OpenSSL, so an empty key needs an address.
  static constexpr std::uint8_t kNothing = 0;
  Sha256Bytes out{};
  unsigned size = 0;
  const auto* key_data = key.empty() ? &kNothing : key.data();
  require(HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()), message.data(), message.size(), out.data(),
               &size) != nullptr &&
              size == out.size(),
          "HMAC");
  return out;
}

Sha256Bytes hmac_sha256(std::span<const std::uint8_t> key, std::string_view message) {
  return hmac_sha256(key, as_bytes(message));
}

std::vector<std::uint8_t> hkdf_sha256(std::span<const std::uint8_t> secret, std::string_view label, std::size_t length,
                                      std::span<const std::uint8_t> salt) {
  if (length == 0 || length > 255 * sizeof(Sha256Bytes)) {
    throw Error(ErrorKind::kInternal, "HKDF gives 1 to 8160 bytes");
  }
  Sha256Bytes extracted = hmac_sha256(salt, secret);
  std::vector<std::uint8_t> out;
  out.reserve(length);
  std::vector<std::uint8_t> input;
  input.reserve(sizeof(Sha256Bytes) + label.size() + 1);
  Sha256Bytes block{};
  for (std::uint8_t counter = 1; out.size() < length; ++counter) {
    input.clear();
    if (counter > 1) input.insert(input.end(), block.begin(), block.end());
    input.insert(input.end(), label.begin(), label.end());
    input.push_back(counter);
    block = hmac_sha256(extracted, input);
    const std::size_t wanted = std::min(block.size(), length - out.size());
    out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(wanted));
  }
  sodium_memzero(extracted.data(), extracted.size());
  sodium_memzero(block.data(), block.size());
  sodium_memzero(input.data(), input.size());
  return out;
}

}  // namespace strata::crypto
