#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/describe/described.h"
#include "strata/describe/patch.h"
#include "strata/wire/locations.h"

/// Nodes (spec/panel 2.5): machines that run Wings.
namespace strata::wire {

struct Node {
  NodeId uuid;
  Location location;
  std::optional<BackupConfiguration> backup_configuration;
  std::string name;
  std::optional<std::string> description;
  bool deployment_enabled = false;
  bool maintenance_enabled = false;
  std::optional<std::string> public_url;  ///< for browsers, when it differs from `url`
  std::string url;                        ///< for the Panel
  std::optional<std::string> sftp_host;
  std::int64_t sftp_port = 0;
  std::int64_t memory = 0;  ///< MiB
  std::int64_t disk = 0;    ///< MiB
  Timestamp created;
  std::optional<Timestamp> last_seen;  ///< extension: its last heartbeat
};
STRATA_DESCRIBED(Node);

/// POST /api/admin/nodes
struct CreateNode {
  LocationId location_uuid;
  std::optional<ConfigurationId> backup_configuration_uuid;
  std::string name;  ///< 1 to 255, unique
  std::optional<std::string> description;
  bool deployment_enabled = false;
  bool maintenance_enabled = false;
  std::optional<std::string> public_url;
  std::string url;  ///< http or https, 3 to 255
  std::optional<std::string> sftp_host;
  std::uint16_t sftp_port = 2022;
  std::int64_t memory = 0;
  std::int64_t disk = 0;
};
STRATA_DESCRIBED(CreateNode);

/// PATCH /api/admin/nodes/{id}
struct UpdateNode {
  std::optional<LocationId> location_uuid;
  describe::Patch<ConfigurationId> backup_configuration_uuid;
  std::optional<std::string> name;
  describe::Patch<std::string> description;
  std::optional<bool> deployment_enabled;
  std::optional<bool> maintenance_enabled;
  describe::Patch<std::string> public_url;
  std::optional<std::string> url;
  describe::Patch<std::string> sftp_host;
  std::optional<std::uint16_t> sftp_port;
  std::optional<std::int64_t> memory;
  std::optional<std::int64_t> disk;
};
STRATA_DESCRIBED(UpdateNode);

/// GET /api/admin/nodes/{id}/token and POST /api/admin/nodes/{id}/reset-token: the pair of wings.yml. Shown only there.
struct NodeCredentials {
  std::string token_id;  ///< 16 letters and digits
  std::string token;     ///< 64 letters and digits
};
STRATA_DESCRIBED(NodeCredentials);

/// POST /api/admin/nodes/{id}/join-code: for `strata wings configure --panel URL --join CODE`, once.
struct JoinCode {
  std::string code;
  Timestamp expires;
};
STRATA_DESCRIBED(JoinCode);

}  // namespace strata::wire
