#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/base/units.h"
#include "strata/describe/described.h"
#include "strata/wire/node_api.h"

/// Wings → Panel, base /api/remote, `Authorization: Bearer <token_id>.<derived secret>`. Paths and members as in the
/// reference's remote API; members marked *extension* may be absent.
namespace strata::wire {

/// A warning of a backup or restore; `path_base64` when the path is not UTF-8 (extension).
struct PathWarning {
  std::string path;
  std::optional<std::string> path_base64;
  std::string reason;
};
STRATA_DESCRIBED(PathWarning);

struct UploadedPart {
  std::string etag;
  std::int64_t part_number = 0;
};
STRATA_DESCRIBED(UploadedPart);

/// POST backups/{backup}: how a creation ended. Idempotent: the same report again answers 200 and changes nothing.
struct BackupReport {
  std::string checksum;
  std::string checksum_type;
  Bytes size = 0;
  std::uint64_t files = 0;
  bool successful = false;
  bool browsable = false;
  bool streaming = false;
  std::vector<UploadedPart> parts;
  std::optional<OperationId> operation;       ///< extension
  std::uint64_t fence = 0;                    ///< extension; 0: a reference node
  std::optional<std::string> error;           ///< extension: why, for people
  bool cancelled = false;                     ///< extension
  std::uint64_t warnings_count = 0;           ///< extension
  std::vector<PathWarning> warnings;          ///< extension: at most 1,000
  std::optional<std::string> archive_format;  ///< extension
  std::optional<std::string> manifest_hash;   ///< extension: hex of the manifest's root hash
  Bytes content_bytes = 0;                    ///< extension: what a restore writes
};
STRATA_DESCRIBED(BackupReport);

/// POST backups/{backup}/restore (also for an undone restore)
struct RestoreReport {
  std::optional<ServerId> server_uuid;
  bool successful = false;
  std::optional<OperationId> operation;  ///< extension
  std::uint64_t fence = 0;               ///< extension
  std::optional<std::string> error;      ///< extension
  bool cancelled = false;                ///< extension
  std::optional<Timestamp> undo_until;   ///< extension
  std::uint64_t warnings_count = 0;      ///< extension
  std::vector<PathWarning> warnings;     ///< extension
};
STRATA_DESCRIBED(RestoreReport);

/// POST servers/{server}/undo: how an undo ended (extension)
struct UndoReport {
  bool successful = false;
  std::optional<OperationId> operation;
  std::uint64_t fence = 0;
  std::optional<std::string> error;
  bool cancelled = false;
  std::optional<Timestamp> undo_until;
};
STRATA_DESCRIBED(UndoReport);

/// POST backups/{backup}/deletion
struct DeletionReport {
  bool successful = false;
  std::optional<OperationId> operation;  ///< extension
  std::optional<std::string> error;      ///< extension
};
STRATA_DESCRIBED(DeletionReport);

/// POST backups/{backup}/verification (extension)
struct VerificationReport {
  bool intact = false;
  std::vector<std::string> damage;  ///< at most 100
  std::uint64_t files = 0;
  Bytes bytes = 0;
  bool hashes_compared = false;
  std::optional<OperationId> operation;
  std::optional<std::string> error;  ///< it could not be done at all
};
STRATA_DESCRIBED(VerificationReport);

/// POST heartbeat (extension): every 500 ms while something runs, every 10 s otherwise.
struct Heartbeat {
  BootId boot;
  Timestamp time;  ///< the node's clock
  std::vector<OperationStatus> operations;
};
STRATA_DESCRIBED(Heartbeat);

/// What the node knows of an operation at its start: sent with servers/reset.
struct ResetOperation {
  OperationId operation;
  OperationKind kind = OperationKind::kCreate;
  std::optional<BackupId> backup;
  std::optional<ServerId> server;
  std::uint64_t fence = 0;
  std::string phase;  ///< as OperationStatus; "reported_later" when the result is in the outbox
};
STRATA_DESCRIBED(ResetOperation);

/// POST servers/reset. Without a body (a reference node) every unfinished operation of the node is lost.
struct ResetRequest {
  std::optional<BootId> boot;  ///< extension
  std::vector<ResetOperation>
      operations;  ///< extension: those that go on or whose result will come; all others are lost
};
STRATA_DESCRIBED(ResetRequest);

/// How a server is run on its node (extension). `name` picks one that the node's own configuration declares.
struct RuntimeChoice {
  std::string kind = "none";        ///< none, systemd, docker, command
  std::optional<std::string> name;  ///< declared name on the node: unit, container or command
};
STRATA_DESCRIBED(RuntimeChoice);

/// The part of the reference's server settings that backups need.
struct RemoteServerBuild {
  std::int64_t disk_space = 0;  ///< MiB; 0 = unlimited
};
STRATA_DESCRIBED(RemoteServerBuild);

struct RemoteServerEgg {
  std::optional<std::string> id;
  std::vector<std::string> file_denylist;
};
STRATA_DESCRIBED(RemoteServerEgg);

struct RemoteServerMeta {
  std::string name;
  std::optional<std::string> description;
};
STRATA_DESCRIBED(RemoteServerMeta);

struct RemoteServerSettings {
  ServerId uuid;
  RemoteServerMeta meta;
  bool suspended = false;
  std::vector<BackupId> backups;  ///< the browse allow-list
  RemoteServerBuild build;
  RemoteServerEgg egg;
  std::optional<std::string> path;       ///< extension: adopted directory, absolute, beneath system.extra_roots
  std::optional<RuntimeChoice> runtime;  ///< extension
  std::optional<std::string> owners;     ///< extension: "server" or "preserve"
};
STRATA_DESCRIBED(RemoteServerSettings);

/// GET servers/{server}
struct RemoteServer {
  RemoteServerSettings settings;
  boost::json::value process_configuration;  ///< passed through; {} from our Panel
};
STRATA_DESCRIBED(RemoteServer);

struct PageMeta {
  std::int64_t current_page = 1;
  std::int64_t last_page = 1;
  std::int64_t total = 0;
};
STRATA_DESCRIBED(PageMeta);

/// GET servers?page=&per_page=
struct RemoteServerPage {
  std::vector<RemoteServer> data;
  PageMeta meta;
};
STRATA_DESCRIBED(RemoteServerPage);

/// POST /api/remote/join {"code"} (no credentials; extension): trades a one-time code for the node's credentials.
struct JoinRequest {
  std::string code;
};
STRATA_DESCRIBED(JoinRequest);

struct JoinAnswer {
  NodeId uuid;
  std::string token_id;
  std::string token;
  std::string name;
};
STRATA_DESCRIBED(JoinAnswer);

}  // namespace strata::wire
