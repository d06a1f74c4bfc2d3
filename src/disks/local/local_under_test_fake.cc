#include "strata/disks/local/local_under_test_fake.h"

#include <algorithm>

#include "strata/vfs/plain_files_fake.h"

namespace strata::disks {

void LocalUnderTest::restart() {
  disk_.reset();
  disk_ = std::make_unique<LocalDisk>(LocalOptions{.directory = directory_.directory().duplicate(),
                                                   .format = format_,
                                                   .keep_free = 0,
                                                   .patience = std::chrono::milliseconds{50}},
                                      clock_);
}

std::vector<std::string> LocalUnderTest::objects() const {
  std::vector<std::string> names;
  for (const vfs::ListedName& listed : directory_.directory().list()) names.push_back(listed.name);
  std::ranges::sort(names);
  return names;
}

std::string LocalUnderTest::read_object(const std::string& name) const {
  return vfs::read_plain(directory_.path(name));
}

void LocalUnderTest::write_object(const std::string& name, const std::string& bytes) {
  vfs::write_plain(directory_.path(name), bytes);
}

void LocalUnderTest::leave_unfinished_create() {
  write_object(".tmp-0123456789abcdef", "half an archive");
  write_object(BackupId::random().text() + ".index", "an index whose archive was not renamed any more");
}

}  // namespace strata::disks
