#include "strata/vfs/publish.h"

#include <algorithm>
#include <array>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/random.h"
#include "strata/vfs/calls.h"

namespace strata::vfs {

std::string new_temporary_name() {
  return std::string(kTemporaryPrefix) + random_alphanumeric(16);
}

bool discard_quietly(const Directory& directory, const Path& path) noexcept {
  try {
    directory.remove_file(path);
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

Publication::Publication(const Directory& directory, std::string_view name, std::uint32_t mode)
    : directory_(directory),
      name_((Path() / name).bytes()),
      temporary_(new_temporary_name()),
      file_(directory.create_file(Path() / temporary_, mode)) {}

Publication::~Publication() {
  if (!done_) discard_quietly(directory_, Path() / temporary_);
}

void Publication::publish() {
  finish(false);
}

void Publication::publish_replacing() {
  finish(true);
}

void Publication::finish(bool replace) {
  if (done_) throw Error(ErrorKind::kInternal, quoted(directory_.label(), Path() / name_) + " was published before");
  const Path temporary = Path() / temporary_;
  const Path final_path = Path() / name_;
  file_.sync();
  if (replace) {
    directory_.rename(temporary, directory_, final_path);
  } else {
    directory_.rename_no_replace(temporary, directory_, final_path);
  }
  done_ = true;
  try {
    directory_.sync();
  } catch (const Error& error) {
    const std::string context = "publishing " + quoted(directory_.label(), final_path);
    if (replace) throw error.with_context(context + ": the new content may not survive a power cut");
    discard_quietly(directory_, final_path);
    throw error.with_context(context);
  }
}

void publish(const Directory& directory, const std::string& name, std::span<const std::uint8_t> content,
             std::uint32_t mode) {
  Publication publication(directory, name, mode);
  publication.file().write(content);
  publication.publish();
}

void publish_replacing(const Directory& directory, const std::string& name, std::string_view content,
                       std::uint32_t mode) {
  Publication publication(directory, name, mode);
  publication.file().write(as_bytes(content));
  publication.publish_replacing();
}

void remove_durably(const Directory& directory, const Path& path) {
  if (!directory.exists(path.parent())) return;
  const Directory parent = directory.open_directory(path.parent());
  try {
    parent.remove_file(Path() / path.name());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNotFound) throw;
  }
  parent.sync();  // also when it was absent: an earlier removal may not have been synced
}

std::string read_small_file(const Directory& directory, const Path& path, Bytes limit) {
  File file = directory.open_file(path);
  if (file.stat().type != Type::kRegular) {
    throw Error(ErrorKind::kInvalid, "reading " + file.label() + ": not a regular file");
  }
  std::string content;
  std::array<std::uint8_t, 16384> buffer;
  while (const std::size_t got = file.read(buffer)) {
    content += as_text(std::span(buffer).first(got));
    if (content.size() > limit) {
      throw Error(ErrorKind::kTooLarge, "reading " + file.label() + ": larger than the limit of " + human_bytes(limit));
    }
  }
  return content;
}

}  // namespace strata::vfs
