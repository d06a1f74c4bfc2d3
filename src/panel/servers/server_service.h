#pragma once

#include <chrono>

#include "strata/panel/accounts/caller.h"
#include "strata/panel/audit/activity_log.h"
#include "strata/panel/foundation.h"
#include "strata/panel/nodes/node_credentials.h"
#include "strata/panel/servers/server_access.h"
#include "strata/panel/servers/server_backups.h"
#include "strata/wire/paging.h"
#include "strata/wire/servers.h"

namespace strata::panel {

/// The rules of servers. A change is one transaction with its line in the audit log; what the node must know is sent
/// after the commit. Any thread.
class ServerService {
 public:
  /// A creation that has not ended after this time was interrupted.
  static constexpr std::chrono::minutes kInterruptedAfter{2};

  /// `credentials` and `backups` outlive the service.
  ServerService(const Foundation& foundation, const NodeCredentials& credentials, ServerBackups& backups);

  wire::Page<wire::Server> list(const wire::PageQuery& query);
  /// kNotFound.
  wire::Server show(ServerId id);

  /// Ready for use when it returns: the node has it. When the node refuses (an adopted path outside its extra_roots,
  /// for one) or does not answer, its reason is thrown and nothing stays. `owner` is used when the request names none.
  wire::Server create(const wire::CreateServer& request, UserId owner, const Actor& actor);
  void update(ServerId id, const wire::UpdateServer& request, const Actor& actor);
  /// kConflict while an operation runs; kUnavailable when the node cannot be told (`force` deletes nevertheless).
  /// Backups stay, detached, unless `delete_backups`.
  void remove(ServerId id, const wire::DeleteServer& request, const Actor& actor);

  /// The duty: creations that a crash interrupted are brought to an end, one way or the other.
  void finish_interrupted();

  /// As customers see them: their own; administrators see all.
  wire::Page<wire::ClientServer> list_for(const Caller& caller, const wire::PageQuery& query);
  wire::ClientServer show_for(const ServerAccess& access);

 private:
  void tell_node_of(const ServerRecord& server, bool start_on_completion);
  void tell_node_of_change(const ServerRecord& server);
  /// What an unfinished creation left; `perhaps_on_node`: there as well, as far as it can be told.
  void undo_creation(const ServerRecord& server, bool perhaps_on_node);
  NodeAddress address_of(NodeId node);
  const Foundation foundation_;
  const NodeCredentials& credentials_;
  ServerBackups& backups_;
  const Timestamp started_;
};

}  // namespace strata::panel
