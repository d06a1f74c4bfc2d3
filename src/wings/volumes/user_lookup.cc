#include "strata/wings/volumes/user_lookup.h"

#include <array>

#include <pwd.h>

#include "strata/base/error.h"

namespace strata::wings {

std::optional<UserAccount> find_user(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16 * 1024> buffer{};
  const int error = getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (error != 0) throw_system_error(error, "looking up the user '" + name + "'");
  if (found == nullptr) return std::nullopt;
  return UserAccount{.uid = entry.pw_uid, .gid = entry.pw_gid};
}

}  // namespace strata::wings
