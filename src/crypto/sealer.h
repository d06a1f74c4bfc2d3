#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/log.h"

namespace strata::crypto {

/// The 32 bytes from which every key that seals data at rest is derived. `app` keeps its text in a file (0600) or takes
/// it from the environment; it is never stored in the database. A value; wiped when it goes.
class RootKey {
 public:
  static RootKey generate();

  /// 64 hex digits or 44 characters of base64, with white space around allowed. Anything else is kInvalid, and the
  /// message does not repeat the text.
  static RootKey parse(const Secret& text);

  /// 64 hex digits: what goes into the key file and what `parse` takes.
  Secret text() const;

  /// 8 hex digits derived from the key: says which key sealed a value, tells nothing about the key.
  const std::string& id() const { return id_; }

 private:
  friend class Sealer;
  explicit RootKey(Secret bytes);
  Secret bytes_;
  std::string id_;
};

/// Refuses a key file that others can read: kRefused with the command that repairs it. `mode` is st_mode of the open
/// file, `owner` its st_uid, `us` the effective user; a file of root is accepted from any user (systemd credentials).
void require_private_key_file(std::uint32_t mode, std::uint32_t owner, std::uint32_t us, std::string_view shown_path);

/// Where a sealed value lives. It is the associated data of the encryption: a value copied to another row or field
/// does not open there. `row` is the row's uuid, `field` the column or the path inside a JSON column
/// ("restic.environment.RESTIC_PASSWORD").
struct SealContext {
  std::string_view table;
  std::string_view row;
  std::string_view field;
};

/// Seals secrets for storage: XChaCha20-Poly1305 with a random nonce, under a key derived from a root key. A sealed
/// text is `strata1:<key id>:<base64url of nonce, ciphertext and tag>`, 75 characters more than 4/3 of the plain text.
/// Rotation: make the new key active, keep the old ones in `old_keys`, re-seal every value for which `needs_reseal` is
/// true, then drop the old keys. Any thread.
class Sealer {
 public:
  static constexpr std::size_t kMaximumPlainBytes = 1024 * 1024;

  explicit Sealer(const RootKey& active, const std::vector<RootKey>& old_keys = {});

  /// kTooLarge beyond kMaximumPlainBytes.
  std::string seal(const Secret& plain, const SealContext& context) const;

  /// kRefused when no loaded key has the id of the text (the message names the id); kCorrupt when the text is not a
  /// sealed value, was altered, or belongs to another context.
  Secret open(std::string_view sealed, const SealContext& context) const;

  /// True when an old key sealed it.
  bool needs_reseal(std::string_view sealed) const;

  /// Stored once beside the data, compared at every start: `verify_check_value` throws kRefused with a sentence that
  /// names both key ids when this data was sealed under another root key.
  std::string make_check_value() const;
  void verify_check_value(std::string_view stored) const;

  const std::string& active_key_id() const;

 private:
  struct Key {
    std::string id;
    Secret bytes;
  };
  static Key derive(const RootKey& root);
  const Key& key_for(std::string_view sealed) const;
  std::vector<Key> keys_;  // the active one first
};

}  // namespace strata::crypto
