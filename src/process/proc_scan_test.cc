#include "strata/process/proc_scan.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "strata/process/descriptor.h"
#include "strata/process/run.h"
#include "strata/process/service.h"
#include "strata/process/wait_until_fake.h"

namespace strata::process {
namespace {

using testing::HasSubstr;

Descriptor open_directory(const std::filesystem::path& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

class ProcScanTest : public testing::Test {
 protected:
  ProcScanTest() : base_(std::filesystem::temp_directory_path() / ("strata-scan-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(base_ / "server/world/region");
    std::filesystem::create_directories(base_ / "server-two");
  }
  ~ProcScanTest() override { std::filesystem::remove_all(base_); }

  std::filesystem::path base_;

  ProcScan scan() { return find_inhabitants(open_directory(base_ / "server").get()); }

  std::optional<Inhabitant> found(int pid) {
    const auto result = scan();
    for (const auto& inhabitant : result.inhabitants) {
      if (inhabitant.pid == pid) return inhabitant;
    }
    return std::nullopt;
  }

  /// A shell that has done its script and then sleeps.
  std::unique_ptr<Service> shell(const std::string& script) {
    return Service::start({.program = "sh", .arguments = {"-c", script + "; exec sleep 1000"}});
  }
};

TEST_F(ProcScanTest, an_empty_folder_has_no_inhabitants) {
  const auto result = scan();
  EXPECT_TRUE(result.inhabitants.empty());
}

TEST_F(ProcScanTest, a_process_that_stands_deep_inside_is_found_with_its_name) {
  const auto directory = open_directory(base_ / "server/world/region");
  const auto service = Service::start({.program = "sleep", .arguments = {"1000"}, .directory = directory.get()});
  // The kernel lets us go on when the child has its new memory, a moment before its arguments are in it.
  auto inhabitant = found(service->handle().pid);
  for (int tries = 0; inhabitant && inhabitant->command_line.empty() && tries < 1000; ++tries) {
    inhabitant = found(service->handle().pid);
  }
  ASSERT_TRUE(inhabitant);
  EXPECT_EQ(inhabitant->kind, Inhabitant::Kind::kDirectory);
  EXPECT_EQ(inhabitant->name, "sleep");
  EXPECT_THAT(inhabitant->command_line, HasSubstr("sleep 1000"));
  service->terminate(std::chrono::seconds(20));
  EXPECT_FALSE(found(service->handle().pid));
}

TEST_F(ProcScanTest, a_neighbour_with_a_similar_name_is_not_inside) {
  const auto directory = open_directory(base_ / "server-two");
  const auto service = Service::start({.program = "sleep", .arguments = {"1000"}, .directory = directory.get()});
  EXPECT_FALSE(found(service->handle().pid));
}

TEST_F(ProcScanTest, an_open_file_is_found) {
  const auto service = shell("exec 5>'" + (base_ / "server/world/level.dat").string() + "'");
  ASSERT_TRUE(wait_until([&] { return found(service->handle().pid).has_value(); }));
  EXPECT_EQ(found(service->handle().pid)->kind, Inhabitant::Kind::kDescriptor);
}

TEST_F(ProcScanTest, a_deleted_file_that_is_still_open_is_found) {
  const auto path = (base_ / "server/world/log.txt").string();
  const auto service = shell("exec 5>'" + path + "'; rm '" + path + "'; : >'" + path + ".removed'");
  ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(path + ".removed"); }));
  EXPECT_TRUE(found(service->handle().pid));
}

TEST_F(ProcScanTest, a_folder_that_was_moved_away_is_still_the_same_folder) {
  const auto directory = open_directory(base_ / "server/world");
  const auto server = open_directory(base_ / "server");
  const auto service = Service::start({.program = "sleep", .arguments = {"1000"}, .directory = directory.get()});
  std::filesystem::rename(base_ / "server", base_ / "undo");
  const auto result = find_inhabitants(server.get());
  EXPECT_TRUE(std::any_of(result.inhabitants.begin(), result.inhabitants.end(),
                          [&](const Inhabitant& found) { return found.pid == service->handle().pid; }));
}

TEST_F(ProcScanTest, a_process_whose_root_is_inside_is_found) {
  if (::geteuid() != 0) GTEST_SKIP() << "chroot needs root";
  // Nothing can be executed in an empty root, so a program is put there, statically linked or not.
  const auto root = base_ / "server/root";
  std::filesystem::create_directories(root);
  const auto library_paths =
      run({.program = "sh", .arguments = {"-c", "ldd /bin/sleep | grep -o '/[^ ]*' | sort -u; echo /bin/sleep"}});
  std::istringstream lines(library_paths.output);
  for (std::string path; std::getline(lines, path);) {
    std::filesystem::create_directories((root / path.substr(1)).parent_path());
    std::filesystem::copy_file(path, root / path.substr(1));
  }
  const auto service = Service::start({.program = "chroot", .arguments = {root.string(), "/bin/sleep", "1000"}});
  EXPECT_TRUE(wait_until([&] { return found(service->handle().pid).has_value(); }));
}

TEST_F(ProcScanTest, a_container_that_mounts_the_folder_elsewhere_is_found) {
  if (::geteuid() != 0) GTEST_SKIP() << "mounting needs root";
  const auto mount = "mount --bind '" + (base_ / "server").string() + "' /mnt";
  if (!run({.program = "unshare", .arguments = {"-m", "sh", "-c", mount}}).succeeded()) {
    GTEST_SKIP() << "mount namespaces are not available here";
  }
  const auto in_container = [&](const std::string& script) {
    return Service::start(
        {.program = "unshare", .arguments = {"-m", "sh", "-c", mount + " && " + script + " && exec sleep 1000"}});
  };
  const auto standing = in_container("cd /mnt/world");
  const auto holding = in_container("exec 5>/mnt/world/level.dat");
  EXPECT_TRUE(wait_until([&] { return found(standing->handle().pid).has_value(); }));
  EXPECT_TRUE(wait_until([&] { return found(holding->handle().pid).has_value(); }));
}

TEST_F(ProcScanTest, a_file_of_the_same_path_in_another_container_is_not_ours) {
  if (::geteuid() != 0) GTEST_SKIP() << "mounting needs root";
  const auto mount = "mount --bind '" + (base_ / "server-two").string() + "' '" + (base_ / "server").string() + "'";
  if (!run({.program = "unshare", .arguments = {"-m", "sh", "-c", mount}}).succeeded()) {
    GTEST_SKIP() << "mount namespaces are not available here";
  }
  const auto file = (base_ / "server").string() + "/level.dat";
  const auto service = Service::start(
      {.program = "unshare", .arguments = {"-m", "sh", "-c", mount + " && exec 5>'" + file + "' && exec sleep 1000"}});
  ASSERT_TRUE(wait_until([&] { return std::filesystem::exists(base_ / "server-two/level.dat"); }));
  EXPECT_FALSE(found(service->handle().pid));
}

TEST_F(ProcScanTest, our_own_descriptors_do_not_count) {
  const auto held = open_directory(base_ / "server/world");
  EXPECT_FALSE(found(::getpid()));
}

TEST_F(ProcScanTest, processes_that_may_not_be_looked_into_are_counted) {
  if (::geteuid() != 0) GTEST_SKIP() << "changing the user needs root";
  const auto directory = open_directory(base_ / "server");
  const auto service = Service::start({.program = "sleep", .arguments = {"1000"}, .directory = directory.get()});
  const pid_t nobody = ::fork();
  if (nobody == 0) {
    if (::setresuid(65534, 65534, 65534) != 0) ::_exit(1);
    const auto result = find_inhabitants(directory.get());
    ::_exit(result.inhabitants.empty() && result.unreadable > 0 ? 0 : 2);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(nobody, &status, 0), nobody);
  EXPECT_EQ(status, 0);
}

TEST_F(ProcScanTest, processes_that_come_and_go_meanwhile_are_no_error) {
  std::stop_source stop;
  std::jthread busy([&] {
    while (!stop.stop_requested()) run({.program = "true"});
  });
  for (int i = 0; i < 20; ++i) EXPECT_NO_THROW(scan());
  stop.request_stop();
}

}  // namespace
}  // namespace strata::process
