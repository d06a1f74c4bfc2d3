#include "strata/vfs/plain_files_fake.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::vfs {

namespace {

constexpr uid_t kPlainUser = 65534;

std::map<std::string, std::string> describe(const std::string& root, bool with_status) {
  std::map<std::string, std::string> result;
  const auto add = [&](const std::filesystem::path& path, const std::string& name) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) < 0) throw_system_error(errno, "examining '" + path.string() + "'");
    std::string text;
    if (with_status) {
      text = fmt::format("{:o} {}:{} links {} size {} mtime {}.{:09} ctime {}.{:09} ", status.st_mode, status.st_uid,
                         status.st_gid, status.st_nlink, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                         status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
    }
    if (S_ISLNK(status.st_mode)) text += "-> " + std::filesystem::read_symlink(path).string();
    if (S_ISREG(status.st_mode)) text += read_plain(path.string());
    result[S_ISDIR(status.st_mode) ? name + "/" : name] = text;
  };
  if (with_status) add(root, "");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    add(entry.path(), entry.path().string().substr(root.size() + 1));
  }
  return result;
}

std::string guarded(const std::function<std::string()>& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

void write_plain(const std::string& path, std::string_view content) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  if (!out.flush()) throw Error(ErrorKind::kIo, "writing '" + path + "'");
}

std::string read_plain(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw_system_error(errno, "reading '" + path + "'");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::map<std::string, std::string> tree_of(const std::string& root) {
  return describe(root, false);
}

std::map<std::string, std::string> state_of(const std::string& root) {
  return describe(root, true);
}

std::string as_plain_user(const std::function<std::string()>& body) {
  if (::geteuid() != 0) return guarded(body);
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) < 0) throw_system_error(errno, "making a pipe");
  const pid_t child = ::fork();
  if (child < 0) throw_system_error(errno, "starting a child process");
  if (child == 0) {
    const bool dropped = ::setgroups(0, nullptr) == 0 && ::setresgid(kPlainUser, kPlainUser, kPlainUser) == 0 &&
                         ::setresuid(kPlainUser, kPlainUser, kPlainUser) == 0;
    const std::string answer = dropped ? guarded(body) : "the child process could not give up its rights";
    const bool told = ::write(pipe[1], answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
    ::_exit(told ? 0 : 1);
  }
  ::close(pipe[1]);
  std::string answer;
  std::array<char, 4096> buffer{};
  ssize_t got = 0;
  while ((got = ::read(pipe[0], buffer.data(), buffer.size())) > 0) {
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(pipe[0]);
  int status = 0;
  if (::waitpid(child, &status, 0) < 0) throw_system_error(errno, "waiting for a child process");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return "the child process died";
  return answer;
}

void give_to_plain_user(const std::string& root) {
  if (::geteuid() != 0) return;
  const auto give = [](const std::filesystem::path& path) {
    if (::lchown(path.c_str(), kPlainUser, kPlainUser) < 0) throw_system_error(errno, "giving '" + path.string() + "'");
  };
  give(root);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) give(entry.path());
}

}  // namespace strata::vfs
