#pragma once

#include <memory>
#include <string>

#include "strata/base/log.h"
#include "strata/base/time.h"
#include "strata/http/router.h"
#include "strata/vfs/kernel.h"
#include "strata/vfs/privileged.h"
#include "strata/wings/api/node_api.h"
#include "strata/wings/configuration/configuration_store.h"
#include "strata/wings/wings.h"

namespace strata::app {

/// A Wings with its disks, volumes, runtimes and HTTP face, ready to be started. One thread, but for what it serves.
class NodeDaemon {
 public:
  /// `configuration` and the references outlive this.
  NodeDaemon(wings::ConfigurationStore& configuration, vfs::Kernel& kernel, const Clock& clock, Log& log,
             wings::WingsOptions options = {});

  wings::Wings& wings() { return wings_; }
  http::Router& router() { return router_; }

 private:
  vfs::InProcessPrivileged privileged_;
  wings::Wings wings_;
  wings::NodeApi api_;
  http::Router router_;
};

}  // namespace strata::app
