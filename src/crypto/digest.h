#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace strata::crypto {

using Sha256Bytes = std::array<std::uint8_t, 32>;
using Sha1Bytes = std::array<std::uint8_t, 20>;
using Md5Bytes = std::array<std::uint8_t, 16>;
using Blake2b256Bytes = std::array<std::uint8_t, 32>;

/// SHA-256 where we choose; the others where a format or a protocol asks for them: SHA-1 in checksums of the reference
/// node, MD5 in S3's ETag and Content-MD5, BLAKE2b with 32 bytes of output in ddup-bak chunk names.
enum class Algorithm { kSha256, kSha1, kMd5, kBlake2b256 };

/// Bytes of output: 32, 20, 16, 32.
std::size_t digest_size(Algorithm algorithm);

/// A digest of bytes that arrive in pieces. A value: a copy goes on from where the original stands. One thread at a
/// time. A use after `finish()` throws kInternal.
class Digest {
 public:
  explicit Digest(Algorithm algorithm);
  ~Digest();
  Digest(const Digest& other);
  Digest& operator=(const Digest& other);
  Digest(Digest&& other) noexcept;
  Digest& operator=(Digest&& other) noexcept;

  void update(std::span<const std::uint8_t> bytes);
  void update(std::string_view text);

  /// `digest_size()` bytes; ends the digest.
  std::vector<std::uint8_t> finish();

  Algorithm algorithm() const { return algorithm_; }

 private:
  struct State;
  Algorithm algorithm_;
  std::unique_ptr<State> state_;
};

/// One-shot forms. Any thread.
Sha256Bytes sha256(std::span<const std::uint8_t> bytes);
Sha256Bytes sha256(std::string_view text);
Sha1Bytes sha1(std::span<const std::uint8_t> bytes);
Md5Bytes md5(std::span<const std::uint8_t> bytes);
Blake2b256Bytes blake2b256(std::span<const std::uint8_t> bytes);

/// RFC 2104 with SHA-256. Any thread.
Sha256Bytes hmac_sha256(std::span<const std::uint8_t> key, std::span<const std::uint8_t> message);
Sha256Bytes hmac_sha256(std::span<const std::uint8_t> key, std::string_view message);

/// RFC 5869 with SHA-256: an independent key for each `label` (the RFC's "info") from one secret. `length` is 1 to
/// 8160 bytes (255 blocks), else kInternal. Any thread.
std::vector<std::uint8_t> hkdf_sha256(std::span<const std::uint8_t> secret, std::string_view label,
                                      std::size_t length = 32, std::span<const std::uint8_t> salt = {});

}  // namespace strata::crypto
