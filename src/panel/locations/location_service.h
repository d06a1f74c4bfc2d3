#pragma once

#include "strata/panel/audit/activity_log.h"
#include "strata/panel/foundation.h"
#include "strata/wire/locations.h"
#include "strata/wire/nodes.h"
#include "strata/wire/paging.h"

namespace strata::panel {

/// The rules of locations. Every change is one transaction with its line in the audit log. Any thread.
class LocationService {
 public:
  explicit LocationService(const Foundation& foundation) : foundation_(foundation) {}

  wire::Page<wire::Location> list(const wire::PageQuery& query);
  /// kNotFound.
  wire::Location show(LocationId id);
  wire::Page<wire::Node> nodes(LocationId id, const wire::PageQuery& query);
  /// kInvalid for an unknown configuration, kConflict for a taken name.
  wire::Location create(const wire::CreateLocation& request, const Actor& actor);
  void update(LocationId id, const wire::UpdateLocation& request, const Actor& actor);
  /// kConflict while nodes are in it.
  void remove(LocationId id, const Actor& actor);

 private:
  const Foundation foundation_;
};

}  // namespace strata::panel
