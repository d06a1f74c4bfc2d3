#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/error.h"
#include "strata/describe/patch.h"

/// Rules that every resource of the Panel follows.
namespace strata::panel {

/// A blank text counts as none.
std::optional<std::string> unless_blank(std::optional<std::string> text);
/// The same for a change.
void apply_text(const describe::Patch<std::string>& change, std::optional<std::string>& stored);

/// Gathers the uuids of a request that name nothing, so that all are reported at once.
class Relations {
 public:
  /// `name` is the relation as in "invalid relation `location` provided".
  void require(bool exists, std::string_view name);
  void add_fault(std::string text) { faults_.push_back(std::move(text)); }
  /// kInvalid with every fault, if there is one.
  void check() const;

 private:
  std::vector<std::string> faults_;
};

/// Runs an insert or update whose only possible conflict is a taken name: kConflict "<what> with name already exists".
template <class Write>
void with_unique_name(std::string_view what, Write write) {
  try {
    write();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kConflict) throw;
    throw Error(ErrorKind::kConflict, std::string(what) + " with name already exists");
  }
}

/// "2 nodes", "1 node".
std::string counted(std::int64_t count, std::string_view noun);

}  // namespace strata::panel
