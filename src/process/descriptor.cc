#include "strata/process/descriptor.h"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::process {

void Descriptor::reset() {
  // An error of close has no remedy here: these are pipes, memory files and process handles, never data on a disk.
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

Descriptor secret_file(const Secret& content, std::string_view label) {
  Descriptor file(::memfd_create(std::string(label).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) throw_system_error(errno, "making a file in memory");
  std::string_view left = content.reveal();
  while (!left.empty()) {
    const ssize_t written = ::write(file.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_system_error(errno, "writing a file in memory");
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) throw_system_error(errno, "rewinding a file in memory");
  if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) != 0) {
    throw_system_error(errno, "sealing a file in memory");
  }
  return file;
}

}  // namespace strata::process
