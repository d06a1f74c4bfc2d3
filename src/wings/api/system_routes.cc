#include <thread>

#include <boost/json.hpp>
#include <sys/utsname.h>

#include "strata/describe/json.h"
#include "strata/wings/api/node_api.h"
#include "strata/wings/api/request_parts.h"

namespace strata::wings {
namespace {

wire::SystemInformation system_information(const Wings& wings, const std::string& version) {
  utsname names{};
  ::uname(&names);
  wire::SystemInformation information;
  information.architecture = names.machine;
  information.cpu_count = std::thread::hardware_concurrency();
  information.kernel_version = names.release;
  information.os = "linux";
  information.version = version;
  information.boot = wings.boot();
  return information;
}

}  // namespace

void NodeApi::add_system_routes(http::Router& router) {
  using http::Method;
  router.add(Method::kGet, "/api/system",
             for_panel([this](http::Request&) { return http::answer(system_information(wings_, version_)); }));
  // Without credentials: the Panel has its own copy, and nobody else needs them.
  router.add(Method::kGet, "/api/system/config", for_panel([this](http::Request&) {
               return http::json_response(200, describe::to_json(*wings_.configuration().snapshot()));
             }));
  router.add(Method::kPatch, "/api/system/config", for_panel([this](http::Request& request) {
               if (wings_.configuration().snapshot()->ignore_panel_config_updates)
                 return http::answer(wire::ConfigurationApplied{.applied = false});
               wings_.configuration().apply_patch(http::json_body(request));
               return http::answer(wire::ConfigurationApplied{.applied = true});
             }));
  // The reference's older push, which may move listeners and certificates: never from the Panel.
  router.add(Method::kPost, "/api/update",
             for_panel([](http::Request&) { return http::answer(wire::ConfigurationApplied{.applied = false}); }));
}

}  // namespace strata::wings
