#include "strata/panel/rules/service_rules.h"

#include <fmt/format.h>

namespace strata::panel {

std::optional<std::string> unless_blank(std::optional<std::string> text) {
  if (text && text->empty()) return std::nullopt;
  return text;
}

void apply_text(const describe::Patch<std::string>& change, std::optional<std::string>& stored) {
  change.apply_to(stored);
  stored = unless_blank(std::move(stored));
}

void Relations::require(bool exists, std::string_view name) {
  if (!exists) faults_.push_back(fmt::format("invalid relation `{}` provided", name));
}

void Relations::check() const {
  if (!faults_.empty()) throw Error(ErrorKind::kInvalid, faults_);
}

std::string counted(std::int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace strata::panel
