#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "strata/database/row.h"
#include "strata/panel/configurations/resolution.h"
#include "strata/wire/configurations.h"

/// How a configuration is read from a row, alone or embedded in another's (`prefix` then tells the columns apart).
namespace strata::panel {

std::string configuration_columns(std::string_view table, std::string_view prefix);

/// kCorrupt when the row is damaged.
wire::BackupConfiguration read_configuration(const database::Row& row, std::string_view prefix);

/// Of a left join: nothing, the configuration, or that it cannot be read.
std::variant<std::monostate, wire::BackupConfiguration, Unreadable> read_assigned(const database::Row& row,
                                                                                  std::string_view prefix);

/// For objects that embed it: null when there is none or it cannot be read, so that one damaged row breaks no list.
std::optional<wire::BackupConfiguration> read_embedded(const database::Row& row, std::string_view prefix);

}  // namespace strata::panel
