#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "strata/database/database.h"

namespace strata::database {

/// One step of a schema. `sql` is one or more statements that both engines understand; it must never change once
/// released (a checksum guards it): a correction is a new step.
struct Migration {
  int number;  ///< 1, 2, 3, … without gaps
  std::string_view name;
  std::string_view sql;
};

/// Brings the schema forward to the last of `steps` and returns the numbers that were applied now. Each step commits
/// together with its line in `strata_migrations`, so an interrupted run goes on where it stopped; several processes may
/// start at once, one does the work. kRefused, with nothing changed, when the database has a step that this program
/// does not know (it was used by a newer version) or one whose text differs. `steps` with gaps are kInternal.
std::vector<int> migrate(Database& database, std::span<const Migration> steps);

/// The number of the last applied step, 0 for an empty database.
int schema_version(Database& database);

}  // namespace strata::database
