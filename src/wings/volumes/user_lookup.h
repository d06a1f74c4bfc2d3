#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace strata::wings {

struct UserAccount {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

/// The machine's account of that name; nullopt when there is none. Any thread.
std::optional<UserAccount> find_user(const std::string& name);

}  // namespace strata::wings
