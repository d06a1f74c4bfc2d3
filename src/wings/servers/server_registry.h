#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "strata/base/id.h"
#include "strata/base/time.h"
#include "strata/database/database.h"
#include "strata/wire/remote_api.h"

namespace strata::wings {

/// The servers of this node as the Panel last described them, kept durably so that a node which starts while its Panel
/// is away still knows what it serves. Any thread.
class ServerRegistry {
 public:
  using Server = std::shared_ptr<const wire::RemoteServerSettings>;

  /// Reads what was kept. The schema must be there (Journal makes it). `database` and `clock` must outlive this.
  ServerRegistry(database::Database& database, const Clock& clock);

  /// nullptr when unknown.
  Server find(ServerId id) const;
  /// kNotFound "server not found" when unknown.
  Server get(ServerId id) const;
  /// In order of their ids.
  std::vector<Server> list() const;

  void put(const wire::RemoteServerSettings& settings);
  /// What the Panel lists is all there is; answers the ones that are gone. Files are not touched.
  std::vector<Server> replace_all(const std::vector<wire::RemoteServerSettings>& settings);
  /// False when unknown.
  bool remove(ServerId id);

 private:
  database::Database& database_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<ServerId, Server> servers_;
};

}  // namespace strata::wings
