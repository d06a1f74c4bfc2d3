#pragma once

#include <span>

#include "strata/database/migrations.h"

namespace strata::panel {

/// The Panel's tables as numbered steps, one SQL for SQLite and PostgreSQL (`database::migrate`). Conventions: uuids
/// are text, times int64 microseconds UTC, booleans 0 or 1, lists and free structures JSON text. `created` orders every
/// list.
std::span<const database::Migration> schema_steps();

}  // namespace strata::panel
