#include "strata/process/spec.h"

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::process {
namespace {

bool is_program(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0;
}

}  // namespace

std::string find_program(std::string_view program) {
  if (program.empty() || program.find('\0') != std::string_view::npos) {
    throw Error(ErrorKind::kInvalid, "the name of a program is empty or contains a NUL character");
  }
  std::string path(program);
  if (program.front() == '/') {
    if (is_program(path)) return path;
    throw Error(ErrorKind::kNotFound, "'" + path + "' is not there or is not an executable file");
  }
  if (program.find('/') != std::string_view::npos) {
    throw Error(ErrorKind::kInvalid, "'" + path + "' is neither an absolute path nor a plain program name");
  }
  std::string_view folders = kProgramPath;
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
    path.assign(folder).append("/").append(program);
    if (is_program(path)) return path;
  }
  throw Error(ErrorKind::kNotFound, "the program '" + std::string(program) + "' is not installed (looked in " +
                                        std::string(kProgramPath) + ")");
}

}  // namespace strata::process
