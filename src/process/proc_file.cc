#include "strata/process/proc_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <memory>
#include <string_view>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::process {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using DirectoryStream = std::unique_ptr<DIR, DirectoryCloser>;

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::string> read_proc_file(int directory, const char* name, std::size_t limit) {
  const Descriptor file(::openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file) return std::nullopt;
  std::string content(limit, '\0');
  std::size_t size = 0;
  while (size < limit) {
    const ssize_t count = ::read(file.get(), content.data() + size, limit - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  content.resize(size);
  return content;
}

Descriptor open_proc() {
  Descriptor proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!proc) throw_system_error(errno, "opening /proc");
  return proc;
}

std::optional<std::vector<std::int32_t>> numbers_in(int directory, const char* name) {
  Descriptor folder(::openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return std::nullopt;
  const DirectoryStream stream(::fdopendir(folder.get()));
  if (!stream) return std::nullopt;
  folder.release();  // the stream closes it
  std::vector<std::int32_t> numbers;
  while (const dirent* entry = ::readdir(stream.get())) {
    if (const auto number = parse_number<std::int32_t>(entry->d_name)) numbers.push_back(*number);
  }
  return numbers;
}

std::optional<ProcStat> read_stat(int proc, std::int32_t pid) {
  const auto text = read_proc_file(proc, (std::to_string(pid) + "/stat").c_str(), 4096);
  if (!text) return std::nullopt;
  // The second field is the name in parentheses and may contain anything; the third begins after the last ")".
  const auto end_of_name = text->rfind(") ");
  if (end_of_name == std::string::npos) return std::nullopt;
  std::string_view rest = std::string_view(*text).substr(end_of_name + 2);
  ProcStat stat;
  for (int field = 3; field <= 22; ++field) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (word.empty()) return std::nullopt;
    if (field == 3) stat.state = word.front();
    if (field == 5) stat.group = parse_number<std::int32_t>(word).value_or(0);
    if (field == 22) stat.start_ticks = parse_number<std::uint64_t>(word).value_or(0);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return stat;
}

bool group_is_alive(std::int32_t group) {
  if (::kill(-group, 0) != 0 && errno == ESRCH) return false;
  const Descriptor proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const auto pids = numbers_in(proc.get(), ".");
  if (!pids) return true;
  for (const std::int32_t pid : *pids) {
    const auto stat = read_stat(proc.get(), pid);
    if (stat && stat->group == group && stat->state != 'Z' && stat->state != 'X') return true;
  }
  return false;
}

std::string boot_id() {
  auto id = read_proc_file(open_proc().get(), "sys/kernel/random/boot_id", 64);
  if (!id) throw_system_error(errno, "reading the boot id of the machine");
  while (id->ends_with('\n')) id->pop_back();
  return *id;
}

}  // namespace strata::process
