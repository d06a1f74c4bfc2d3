#include "strata/disks/local/local_check.h"

#include <fmt/format.h>

#include "strata/base/cancel.h"
#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/vfs/publish.h"

namespace strata::disks {
namespace {

constexpr Bytes kSpeedSample = 8_MiB;

/// Runs the steps of a test in order; after one that failed hard, the rest is skipped.
class Steps {
 public:
  explicit Steps(const JobContext& context) : context_(context) {}

  /// `step` fills in result, detail and advice; an Error is a failure with `advice`.
  template <class Step>
  void run(std::string name, std::string advice, Step step) {
    throw_if_stopped(context_.stop);
    Check check;
    check.name = std::move(name);
    if (failed_) {
      check.result = Check::Result::kSkipped;
      check.detail = "an earlier step failed";
      checks_.push_back(std::move(check));
      return;
    }
    const auto start = context_.clock.steady_now();
    try {
      step(check);
    } catch (const Error& error) {
      check.result = Check::Result::kFailed;
      check.detail = error.message();
      check.advice = std::move(advice);
    }
    check.took = std::chrono::duration_cast<std::chrono::milliseconds>(context_.clock.steady_now() - start);
    failed_ = check.result == Check::Result::kFailed;
    checks_.push_back(std::move(check));
  }

  std::vector<Check> take() { return std::move(checks_); }

 private:
  const JobContext& context_;
  std::vector<Check> checks_;
  bool failed_ = false;
};

void check_present(const vfs::Directory& directory, Check& check) {
  if (directory.stat({}).links == 0) throw Error(ErrorKind::kNotFound, "the backup directory was removed");
  check.detail = fmt::format("{} is there", directory.label());
}

void check_permissions(const vfs::Directory& directory, Check& check) {
  const std::uint32_t mode = directory.stat({}).mode;
  check.detail = fmt::format("mode {:04o}", mode);
  if ((mode & 0077) == 0) return;
  check.result = Check::Result::kWarning;
  check.advice = fmt::format("other users of this machine can {} backups: chmod 0700 {}",
                             (mode & 0022) != 0 ? "change or remove" : "see the names of", directory.label());
}

void check_writable(const vfs::Directory& directory, Check& check) {
  const std::string content = random_alphanumeric(64);
  const std::string name = vfs::new_temporary_name();
  vfs::publish(directory, name, as_bytes(content));
  const vfs::Path path = vfs::Path() / name;
  const std::string back = vfs::read_small_file(directory, path, 1024);
  vfs::remove_durably(directory, path);
  if (back != content) throw Error(ErrorKind::kCorrupt, "a file read back differs from what was written");
  check.detail = "a file was written, synced, read back and removed";
}

void check_space(const vfs::Directory& directory, Bytes keep_free, Check& check) {
  const vfs::Directory::Space space = directory.space();
  check.detail = fmt::format("{} of {} free", human_bytes(space.available), human_bytes(space.total));
  if (space.available <= keep_free) {
    check.result = Check::Result::kFailed;
    check.advice = fmt::format("backups keep {} free: make room or use another disk", human_bytes(keep_free));
  } else if (space.available < space.total / 20) {
    check.result = Check::Result::kWarning;
    check.advice = "less than 5 % are free: make room before backups fail";
  }
}

void check_speed(const vfs::Directory& directory, const Clock& clock, Check& check) {
  vfs::File file = directory.create_unnamed();
  const std::vector<std::uint8_t> data(1_MiB, 0x5a);
  const auto start = clock.steady_now();
  for (Bytes written = 0; written < kSpeedSample; written += data.size()) file.write(data);
  file.sync();
  const double seconds = std::chrono::duration<double>(clock.steady_now() - start).count();
  const double rate = static_cast<double>(kSpeedSample) / std::max(seconds, 1e-6);
  check.detail =
      fmt::format("{} written and synced: {}/s", human_bytes(kSpeedSample), human_bytes(static_cast<Bytes>(rate)));
}

}  // namespace

std::vector<Check> check_backup_directory(const vfs::Directory& directory, Bytes keep_free, JobContext& context) {
  Steps steps(context);
  steps.run("backup directory", "create it, or correct system.backup_directory",
            [&](Check& check) { check_present(directory, check); });
  steps.run("permissions", "give the directory to the user that runs the node",
            [&](Check& check) { check_permissions(directory, check); });
  steps.run("free space", "make room or use another disk",
            [&](Check& check) { check_space(directory, keep_free, check); });
  steps.run("writable", "give the directory to the user that runs the node, and look at its file system",
            [&](Check& check) { check_writable(directory, check); });
  steps.run("speed", "look at the health of the file system",
            [&](Check& check) { check_speed(directory, context.clock, check); });
  return steps.take();
}

}  // namespace strata::disks
