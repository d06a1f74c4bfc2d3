#include "strata/process/pipe.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "strata/base/error.h"

namespace strata::process {

Pipe Pipe::open() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw_system_error(errno, "making a pipe");
  Pipe pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  if (::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK) != 0) throw_system_error(errno, "setting up a pipe");
  return pipe;
}

Descriptor open_null() {
  Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) throw_system_error(errno, "opening /dev/null");
  return null;
}

std::ptrdiff_t read_available(const Descriptor& from, std::span<char> buffer) {
  while (true) {
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    if (count >= 0) return count;
    if (errno == EAGAIN) return -1;
    if (errno != EINTR) throw_system_error(errno, "reading the output of a program");
  }
}

}  // namespace strata::process
