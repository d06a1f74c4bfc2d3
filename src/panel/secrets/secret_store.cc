#include "strata/panel/secrets/secret_store.h"

#include "strata/base/error.h"

namespace strata::panel {

namespace {
constexpr std::string_view kCheckSetting = "root_key_check";
}

void SecretStore::put(database::Connection& connection, const crypto::SealContext& where, const Secret& value,
                      Timestamp now) const {
  connection.execute(
      "insert into secrets (owner_table, owner_uuid, field, sealed, updated) "
      "values (:owner_table, :owner_uuid, :field, :sealed, :updated) "
      "on conflict (owner_table, owner_uuid, field) do update set sealed = excluded.sealed, updated = excluded.updated",
      {{"owner_table", where.table},
       {"owner_uuid", where.row},
       {"field", where.field},
       {"sealed", sealer_.seal(value, where)},
       {"updated", now}});
}

Secret SecretStore::get(database::Connection& connection, const crypto::SealContext& where) const {
  const auto row = connection.query_optional(
      "select sealed from secrets where owner_table = :owner_table and owner_uuid = :owner_uuid and field = :field",
      {{"owner_table", where.table}, {"owner_uuid", where.row}, {"field", where.field}});
  if (!row) throw Error(ErrorKind::kNotFound, "no secret is stored for " + std::string(where.field));
  return sealer_.open(row->text("sealed"), where);
}

void SecretStore::remove_all(database::Connection& connection, std::string_view table, std::string_view row) const {
  connection.execute("delete from secrets where owner_table = :owner_table and owner_uuid = :owner_uuid",
                     {{"owner_table", table}, {"owner_uuid", row}});
}

void SecretStore::verify_root_key(database::Database& database) const {
  // Two Panels may start at once on an empty database: whoever comes second compares with what the first stored.
  database.execute("insert into settings (key, value) values (:key, :value) on conflict (key) do nothing",
                   {{"key", kCheckSetting}, {"value", sealer_.make_check_value()}});
  const auto row = database.query_one("select value from settings where key = :key", {{"key", kCheckSetting}});
  sealer_.verify_check_value(row.text("value"));
}

}  // namespace strata::panel
