#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace strata::process {

/// A process that has something open inside a folder.
struct Inhabitant {
  enum class Kind { kDirectory, kRoot, kDescriptor };
  std::int32_t pid;
  std::string name;  ///< the kernel's short name, as readable UTF-8
  std::string
      command_line;  ///< at most 120 bytes; may show what the user typed, so it is for administrators, not for logs
  Kind kind;         ///< the first found: its current directory, its root, an open descriptor
};

struct ProcScan {
  std::vector<Inhabitant> inhabitants;  ///< in ascending pid; at most kMaximumInhabitants
  std::size_t unreadable = 0;           ///< processes we had no right to look into (without root: those of other users)
  static constexpr std::size_t kMaximumInhabitants = 64;
};

/// Looks at /proc/*/{cwd,root,fd} for what lies in the directory open as `directory` or beneath it, told by device and
/// inode on the way up, so bind mounts and containers with the whole directory mounted are found (a container that
/// mounts only a sub-folder is not). Our own process is left out. Processes that come and go meanwhile are no error;
/// one that enters during the scan may be missed. Any thread; about 10 us per open file of the machine.
ProcScan find_inhabitants(int directory);

}  // namespace strata::process
