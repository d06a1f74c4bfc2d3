#include "strata/vfs/temporary_directory_fake.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "strata/base/error.h"

namespace strata::vfs {

namespace {

std::string default_base() {
  const char* base = std::getenv("TMPDIR");
  return base != nullptr && *base == '/' ? base : "/tmp";
}

std::string make(const std::string& base) {
  std::string path = base + "/strata-test-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw_system_error(errno, "creating a temporary directory in " + base);
  return path;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() : TemporaryDirectory(default_base()) {}

TemporaryDirectory::TemporaryDirectory(const std::string& base)
    : path_(make(base)), directory_(Directory::open_trusted(kernel_, path_)) {}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;  // a test that left a mount or an immutable file behind has failed already
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace strata::vfs
