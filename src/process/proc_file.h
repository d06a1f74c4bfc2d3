#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "strata/process/descriptor.h"

namespace strata::process {

/// At most `limit` bytes of a file of /proc beneath an open directory. nullopt with errno set when it cannot be read,
/// which for another process's files mostly means that it is gone. Room-internal.
std::optional<std::string> read_proc_file(int directory, const char* name, std::size_t limit);

/// The open directory /proc. Throws kIo.
Descriptor open_proc();

/// The names in a folder of /proc that are numbers. nullopt with errno set when it cannot be listed.
std::optional<std::vector<std::int32_t>> numbers_in(int directory, const char* name);

/// From /proc/PID/stat.
struct ProcStat {
  char state = '?';               ///< field 3; 'Z' is a process that only waits to be reaped
  std::int32_t group = 0;         ///< field 5
  std::uint64_t start_ticks = 0;  ///< field 22: when it started, in ticks since boot
};

/// nullopt when there is no such process. `proc` is the open directory /proc.
std::optional<ProcStat> read_stat(int proc, std::int32_t pid);

/// Whether a process of the group runs: one that only waits to be reaped by somebody does not count.
/// Never throws; true when it cannot be told (no descriptors left).
bool group_is_alive(std::int32_t group);

/// Changes with every start of the machine.
std::string boot_id();

}  // namespace strata::process
