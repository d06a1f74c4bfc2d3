#pragma once

#include <optional>
#include <string>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/wire/locations.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// A row of `locations`.
struct LocationRecord {
  LocationId uuid;
  std::optional<ConfigurationId> configuration;
  std::string name;
  std::optional<std::string> description;
  std::optional<std::string> flag;
  Timestamp created;
};

/// The `locations` table, seen through a connection (see ServerRepository).
class LocationRepository {
 public:
  explicit LocationRepository(database::Connection& connection) : connection_(connection) {}

  /// kNotFound "location not found".
  LocationRecord get(LocationId id);
  bool exists(LocationId id);
  /// With its configuration. kNotFound.
  wire::Location show(LocationId id);
  /// Inside a read transaction, so that total and rows agree. `configuration`: only where it is directly assigned.
  wire::Page<wire::Location> list(const wire::PageQuery& query, std::optional<ConfigurationId> configuration = {});

  /// kConflict when the name is taken.
  void insert(const LocationRecord& location);
  void update(const LocationRecord& location);
  /// kConflict while nodes, hidden ones included, are in it.
  void remove(LocationId id);
  bool has_nodes(LocationId id);
  /// Nodes deleted by force that still hold backups.
  bool has_hidden_nodes(LocationId id);

 private:
  database::Connection& connection_;
};

}  // namespace strata::panel
