#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "strata/base/log.h"

namespace strata::process {

/// Where a bare program name is looked up, and the PATH to give a child that needs one. Never the daemon's own PATH.
inline constexpr std::string_view kProgramPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// A variable of the child's environment. A Secret, because most of them are; still visible to processes of the same
/// user, so a password goes through a descriptor (`PassedDescriptor`, `secret_file`).
struct EnvironmentVariable {
  std::string name;
  Secret value;
};

/// A descriptor of ours that the child gets under the number `as`. Borrowed: it stays open here. `as` 0, 1 and 2
/// replace the standard streams.
struct PassedDescriptor {
  int descriptor;
  int as;
};

struct Identity {
  std::uint32_t uid;
  std::uint32_t gid;
};

/// What to start. The child's environment is exactly `environment`; it has no descriptor but the standard streams and
/// `descriptors`; signals are at their defaults; it leads its own process group; it makes no core dump and gains no
/// privileges (setuid programs do not work).
struct Spec {
  /// An absolute path, or a name without slash that is looked up in kProgramPath.
  std::string program;
  /// argv[1] and up. Visible to every user of the machine: no secrets.
  std::vector<std::string> arguments;
  std::vector<EnvironmentVariable> environment;
  std::vector<PassedDescriptor> descriptors;
  /// An open directory to start in, borrowed; -1 is "/".
  int directory = -1;
  /// Drop to this user, with no supplementary groups; needs root.
  std::optional<Identity> identity;
  std::uint32_t umask = 0077;
  /// RLIMIT_NOFILE of the child.
  std::uint64_t open_files = 4096;
};

/// The absolute path of a program; kNotFound with the places looked at, kInvalid for a relative path.
std::string find_program(std::string_view program);

}  // namespace strata::process
