#pragma once

#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "strata/cli/api.h"

namespace strata::cli {

/// A kind of thing the Panel has: where its list is and how one is called.
struct Resource {
  std::string_view noun;      ///< "location"
  std::string_view path;      ///< "/api/admin/locations"
  std::string_view list_key;  ///< key of the page in the list's answer
  std::string_view item_key;  ///< key of one in an answer
};

inline constexpr Resource kLocations{"location", "/api/admin/locations", "locations", "location"};
inline constexpr Resource kNodes{"node", "/api/admin/nodes", "nodes", "node"};
inline constexpr Resource kServers{"server", "/api/admin/servers", "servers", "server"};
inline constexpr Resource kConfigurations{"backup configuration", "/api/admin/backup-configurations",
                                          "backup_configurations", "backup_configuration"};

/// All pages of a list, at most 10,000 items.
boost::json::array list_all(Api& api, std::string_view path, std::string_view list_key, std::string_view search = {});

/// The uuid of what a person typed: a uuid, the start of one (from 4 digits), or an exact name. kNotFound, or kInvalid
/// when it fits several (they are listed).
std::string find_id(Api& api, const Resource& resource, std::string_view typed);

/// A customer has no admin list: a uuid or short id is used as it is, a name is looked up as an admin.
std::string find_server(Api& api, std::string_view typed);

/// A backup of a server: a uuid, the start of one, an exact name, or "latest" (the newest completed
/// that is not being deleted).
std::string find_backup(Api& api, std::string_view server, std::string_view typed);

}  // namespace strata::cli
