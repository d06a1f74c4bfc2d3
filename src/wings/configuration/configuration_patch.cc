#include "strata/wings/configuration/configuration_patch.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "strata/base/error.h"
#include "strata/describe/json.h"
#include "strata/describe/reader.h"

namespace strata::wings {
namespace {

namespace json = boost::json;

constexpr std::string_view kAllowed[] = {"system.backups", "system.disk_limiter_mode", "throttles"};
/// Names of places, programs and credentials are the node administrator's alone (spec/wings 1.5).
constexpr std::string_view kNeverAllowed[] = {"system.backups.restic.repository", "system.backups.restic.password_file",
                                              "system.backups.restic.environment", "system.backups.mounting.path"};

bool is_beneath(std::string_view key, std::string_view ancestor) {
  return key == ancestor || (key.size() > ancestor.size() && key.starts_with(ancestor) && key[ancestor.size()] == '.');
}

/// A value for a whole section would set what is inside it, so a section with a forbidden key is forbidden too.
bool may_be_set(std::string_view key) {
  const auto beneath = [key](std::string_view allowed) { return is_beneath(key, allowed); };
  const auto touches = [key](std::string_view denied) { return is_beneath(key, denied) || is_beneath(denied, key); };
  return std::any_of(std::begin(kAllowed), std::end(kAllowed), beneath) &&
         std::none_of(std::begin(kNeverAllowed), std::end(kNeverAllowed), touches);
}

/// Merges `patch` into `into` and collects the faults. What equals the present value is no change: a client may send
/// back all that it read.
class Merge {
 public:
  void apply(json::object& into, const json::object& patch, const std::string& prefix, std::size_t depth) {
    if (depth > describe::Reader::kMaxDepth) throw Error(ErrorKind::kTooLarge, "the configuration is too deep");
    for (const auto& [name, value] : patch) {
      const auto key = prefix + std::string(name);
      auto* present = into.if_contains(name);
      if (present != nullptr && *present == value) continue;
      if (present != nullptr && present->is_object() && value.is_object()) {
        apply(present->get_object(), value.get_object(), key + ".", depth + 1);
      } else if (!may_be_set(key)) {
        forbidden_.push_back(key + ": can only be changed on the node itself");
      } else if (present == nullptr) {
        unknown_.push_back(key + ": is not a key of the configuration");
      } else if (value.is_null()) {
        into.erase(name);
      } else {
        *present = value;
      }
    }
  }

  void throw_faults() const {
    if (!forbidden_.empty()) throw Error(ErrorKind::kForbidden, forbidden_);
    if (!unknown_.empty()) throw Error(ErrorKind::kInvalid, unknown_);
  }

 private:
  std::vector<std::string> forbidden_;
  std::vector<std::string> unknown_;
};

}  // namespace

Configuration patched_configuration(const Configuration& current, const json::value& patch) {
  if (!patch.is_object()) throw Error(ErrorKind::kInvalid, "invalid payload: must be an object");
  auto merged = describe::to_json(current, describe::Secrets::kReveal);
  Merge merge;
  merge.apply(merged.get_object(), patch.get_object(), "", 0);
  merge.throw_faults();
  return describe::parse<Configuration>(merged);
}

Configuration checked_configuration(const Configuration& values) {
  return describe::parse<Configuration>(describe::to_json(values, describe::Secrets::kReveal));
}

}  // namespace strata::wings
