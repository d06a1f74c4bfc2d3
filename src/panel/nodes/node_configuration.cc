#include "strata/panel/nodes/node_configuration.h"

#include <array>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include "strata/panel/rules/service_rules.h"

namespace strata::panel {

namespace {

constexpr std::array<std::string_view, 3> kChangeable = {"system.backups", "system.disk_limiter_mode", "throttles"};
constexpr std::string_view kRedacted = "redacted";

bool is_changeable(std::string_view path) {
  for (const auto allowed : kChangeable) {
    if (path == allowed) return true;
  }
  return false;
}

bool leads_to_changeable(std::string_view path) {
  for (const auto allowed : kChangeable) {
    if (allowed.size() > path.size() && allowed.starts_with(path) && allowed[path.size()] == '.') return true;
  }
  return false;
}

void check(const boost::json::object& changes, const std::string& prefix, Relations& faults) {
  for (const auto& [key, value] : changes) {
    const auto path = prefix.empty() ? std::string(key) : fmt::format("{}.{}", prefix, std::string_view(key));
    if (is_changeable(path)) continue;
    if (leads_to_changeable(path) && value.is_object()) {
      check(value.get_object(), path, faults);
    } else {
      faults.add_fault(fmt::format("{}: cannot be changed from the Panel, only in the node's own configuration", path));
    }
  }
}

}  // namespace

void require_changeable(const boost::json::value& changes) {
  if (!changes.is_object()) throw Error(ErrorKind::kInvalid, "invalid payload: not an object");
  Relations faults;
  check(changes.get_object(), "", faults);
  faults.check();
}

boost::json::value without_credentials(boost::json::value configuration) {
  if (auto* object = configuration.if_object()) {
    for (const std::string_view key : {"token", "token_id", "remote_headers"}) {
      if (object->contains(key)) (*object)[key] = kRedacted;
    }
  }
  return configuration;
}

}  // namespace strata::panel
