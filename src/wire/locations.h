#pragma once

#include <optional>
#include <string>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/describe/described.h"
#include "strata/describe/patch.h"
#include "strata/wire/configurations.h"

/// Locations (spec/panel 2.4): groups of nodes, the least specific place for a backup configuration.
namespace strata::wire {

struct Location {
  LocationId uuid;
  std::optional<BackupConfiguration> backup_configuration;
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> flag;  ///< two letters, a country
  Timestamp created;
};
STRATA_DESCRIBED(Location);

/// POST /api/admin/locations
struct CreateLocation {
  std::optional<ConfigurationId> backup_configuration_uuid;
  std::string name;                        ///< 1 to 255, unique
  std::optional<std::string> description;  ///< up to 1024
  std::optional<std::string> flag;
};
STRATA_DESCRIBED(CreateLocation);

/// PATCH /api/admin/locations/{id}
struct UpdateLocation {
  describe::Patch<ConfigurationId> backup_configuration_uuid;
  std::optional<std::string> name;
  describe::Patch<std::string> description;
  describe::Patch<std::string> flag;
};
STRATA_DESCRIBED(UpdateLocation);

}  // namespace strata::wire
