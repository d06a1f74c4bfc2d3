#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/disks/local/local_disk.h"

namespace {

using namespace strata;

constexpr char kUsage[] =
    "usage: strata-bench-local create SOURCE BACKUP_DIRECTORY tar|tar_gz LEVEL THREADS\n"
    "\n"
    "One backup of a directory by the Local disk, durable when it returns. LEVEL: best_speed, good_speed, "
    "good_compression, best_compression.\n";

class NoProgress final : public disks::Progress {
 public:
  void set_phase(std::string_view) override {}
  void set_total(Bytes, std::uint64_t) override {}
  void add(Bytes, std::uint64_t) override {}
};

int create(const std::vector<std::string>& arguments) {
  vfs::PosixKernel kernel;
  const SystemClock clock;
  Log log(LogLevel::kWarning);
  NoProgress progress;
  const auto threads = static_cast<std::size_t>(std::stoul(arguments[4]));
  disks::LocalDisk disk({.directory = vfs::Directory::create_trusted(kernel, arguments[1]),
                         .format = archive::parse_format(arguments[2]),
                         .level = archive::parse_compression_level(arguments[3]),
                         .threads = threads},
                        clock);
  disks::JobContext context{.stop = {},
                            .progress = progress,
                            .clock = clock,
                            .log = log,
                            .operation = OperationId::random(),
                            .threads = threads};
  const auto root = vfs::Directory::open_trusted(kernel, arguments[0]);
  const auto receipt = disk.create(
      {.server = ServerId::random(), .server_name = "bench", .root = root},
      {.backup = BackupId::random(), .backup_name = "bench", .node = {}, .configuration = {}, .ignore = {}}, context);
  fmt::print("{}\n", receipt.size);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 6 || arguments[0] != "create") {
    std::fputs(kUsage, stderr);
    return 2;
  }
  try {
    return create({arguments.begin() + 1, arguments.end()});
  } catch (const std::exception& error) {
    fmt::print(stderr, "strata-bench-local: {}\n", error.what());
    return 1;
  }
}
