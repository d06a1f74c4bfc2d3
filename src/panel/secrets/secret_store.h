#pragma once

#include <optional>
#include <string_view>

#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/crypto/sealer.h"
#include "strata/database/database.h"

namespace strata::panel {

/// Secrets at rest, sealed for the table, row and field they belong to. Nothing is kept opened. Any thread.
class SecretStore {
 public:
  /// `sealer` outlives the store.
  explicit SecretStore(const crypto::Sealer& sealer) : sealer_(sealer) {}

  void put(database::Connection& connection, const crypto::SealContext& where, const Secret& value,
           Timestamp now) const;

  /// kNotFound when nothing is stored there; kRefused or kCorrupt when it does not open (crypto/sealer.h).
  Secret get(database::Connection& connection, const crypto::SealContext& where) const;

  /// Every secret of a row. To be called where the row is deleted: no foreign key does it.
  void remove_all(database::Connection& connection, std::string_view table, std::string_view row) const;

  /// At every start: kRefused with a sentence when the data was sealed under another root key. The first start stores
  /// what later ones compare.
  void verify_root_key(database::Database& database) const;

 private:
  const crypto::Sealer& sealer_;
};

}  // namespace strata::panel
