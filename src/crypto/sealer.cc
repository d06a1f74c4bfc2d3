#include "strata/crypto/sealer.h"

#include <algorithm>
#include <array>
#include <utility>

#include <sodium.h>
#include <sys/stat.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/crypto/digest.h"
#include "strata/crypto/libraries.h"

namespace strata::crypto {
namespace {

constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKeyIdDigits = 8;
constexpr std::string_view kPrefix = "strata1:";
constexpr std::string_view kCheckText = "strata root key check";
constexpr SealContext kCheckContext{"strata", "root-key", "check"};

std::span<const std::uint8_t> bytes_of(const Secret& secret) {
  return as_bytes(secret.reveal());
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Each part with its length in front, so that no two contexts give the same bytes.
std::string associated_data(std::string_view key_id, const SealContext& context) {
  std::string data(kPrefix);
  for (const std::string_view part : {key_id, context.table, context.row, context.field}) {
    data += std::to_string(part.size());
    data += ':';
    data += part;
  }
  return data;
}

struct Parts {
  std::string_view key_id;
  std::string_view body;
};

Parts split(std::string_view sealed) {
  const std::size_t body = kPrefix.size() + kKeyIdDigits + 1;
  if (!sealed.starts_with(kPrefix) || sealed.size() < body || sealed[body - 1] != ':') {
    throw Error(ErrorKind::kCorrupt, "a stored secret is not in the form this program writes");
  }
  return {sealed.substr(kPrefix.size(), kKeyIdDigits), sealed.substr(body)};
}

}  // namespace

RootKey::RootKey(Secret bytes)
    : bytes_(std::move(bytes)), id_(hex(hkdf_sha256(bytes_of(bytes_), "strata key id", kKeyIdDigits / 2))) {}

RootKey RootKey::generate() {
  std::array<std::uint8_t, kKeyBytes> bytes{};
  random_bytes(bytes);
  RootKey key{Secret(std::string(as_text(bytes)))};
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

RootKey RootKey::parse(const Secret& text) {
  const std::string_view digits = trimmed(text.reveal());
  auto bytes = digits.size() == 2 * kKeyBytes ? parse_hex(digits) : parse_base64(digits);
  if (!bytes || bytes->size() != kKeyBytes) {
    throw Error(ErrorKind::kInvalid,
                "the root key is not a key: expected 64 hexadecimal digits or 44 characters of base64");
  }
  RootKey key{Secret(std::string(as_text(*bytes)))};
  sodium_memzero(bytes->data(), bytes->size());
  return key;
}

Secret RootKey::text() const {
  return Secret(hex(bytes_of(bytes_)));
}

void require_private_key_file(std::uint32_t mode, std::uint32_t owner, std::uint32_t us, std::string_view shown_path) {
  const std::string name = "the root key file '" + std::string(shown_path) + "'";
  if (!S_ISREG(mode)) throw Error(ErrorKind::kRefused, name + " is not a regular file");
  if (owner != us && owner != 0) {
    throw Error(ErrorKind::kRefused, name + " belongs to user " + std::to_string(owner) + ", not to user " +
                                         std::to_string(us) + ": change its owner with chown");
  }
  if ((mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw Error(ErrorKind::kRefused,
                name + " can be read by other users: run chmod 600 '" + std::string(shown_path) + "'");
  }
}

Sealer::Sealer(const RootKey& active, const std::vector<RootKey>& old_keys) {
  prepare_sodium();
  keys_.push_back(derive(active));
  for (const RootKey& old : old_keys) keys_.push_back(derive(old));
}

Sealer::Key Sealer::derive(const RootKey& root) {
  auto bytes = hkdf_sha256(bytes_of(root.bytes_), "strata seal", kKeyBytes);
  Key key{root.id(), Secret(std::string(as_text(bytes)))};
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

std::string Sealer::seal(const Secret& plain, const SealContext& context) const {
  if (plain.reveal().size() > kMaximumPlainBytes) {
    throw Error(ErrorKind::kTooLarge, "a secret is larger than 1 MiB: store it in a file and name the file");
  }
  const Key& key = keys_.front();
  const auto message = bytes_of(plain);
  const std::string context_bytes = associated_data(key.id, context);
  const auto associated = as_bytes(context_bytes);
  std::vector<std::uint8_t> blob(kNonceBytes + message.size() + kTagBytes);
  random_bytes(std::span(blob).first(kNonceBytes));
  crypto_aead_xchacha20poly1305_ietf_encrypt(blob.data() + kNonceBytes, nullptr, message.data(), message.size(),
                                             associated.data(), associated.size(), nullptr, blob.data(),
                                             bytes_of(key.bytes).data());
  return std::string(kPrefix) + key.id + ":" + base64url(blob);
}

Secret Sealer::open(std::string_view sealed, const SealContext& context) const {
  const Key& key = key_for(sealed);
  const auto blob = parse_base64url(split(sealed).body);
  if (!blob || blob->size() < kNonceBytes + kTagBytes || blob->size() > kNonceBytes + kMaximumPlainBytes + kTagBytes) {
    throw Error(ErrorKind::kCorrupt, "a stored secret is damaged: enter it again");
  }
  const std::string context_bytes = associated_data(key.id, context);
  const auto associated = as_bytes(context_bytes);
  const auto ciphertext = std::span(*blob).subspan(kNonceBytes);
  std::string plain(ciphertext.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<std::uint8_t*>(plain.data()), nullptr, nullptr,
                                                 ciphertext.data(), ciphertext.size(), associated.data(),
                                                 associated.size(), blob->data(), bytes_of(key.bytes).data()) != 0) {
    throw Error(ErrorKind::kCorrupt, "a stored secret was altered or belongs to another record: enter it again");
  }
  return Secret(std::move(plain));
}

bool Sealer::needs_reseal(std::string_view sealed) const {
  return split(sealed).key_id != keys_.front().id;
}

const Sealer::Key& Sealer::key_for(std::string_view sealed) const {
  const std::string_view id = split(sealed).key_id;
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
  if (found != keys_.end()) return *found;
  throw Error(ErrorKind::kRefused, "a stored secret was sealed with root key " + std::string(id) +
                                       ", which is not loaded (the active key is " + keys_.front().id +
                                       "): load that key, or enter the secret again");
}

std::string Sealer::make_check_value() const {
  return seal(Secret(std::string(kCheckText)), kCheckContext);
}

void Sealer::verify_check_value(std::string_view stored) const {
  const std::string_view id = split(stored).key_id;
  if (std::none_of(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; })) {
    throw Error(ErrorKind::kRefused, "this data was sealed with root key " + std::string(id) +
                                         ", but the loaded key is " + keys_.front().id +
                                         ": put back the right root key file");
  }
  if (open(stored, kCheckContext).reveal() != kCheckText) {
    throw Error(ErrorKind::kCorrupt, "the check value of the root key is not one that this program wrote");
  }
}

const std::string& Sealer::active_key_id() const {
  return keys_.front().id;
}

}  // namespace strata::crypto
