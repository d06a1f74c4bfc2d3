#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "strata/vfs/directory.h"

namespace strata::vfs {

/// Temporary names all start with this; recovery removes those that no running operation owns.
inline constexpr std::string_view kTemporaryPrefix = ".tmp-";

/// A fresh name with that prefix, unguessable.
std::string new_temporary_name();

/// Removes a file, for clean-up that already reports another failure. False when it could not be removed and stays.
bool discard_quietly(const Directory& directory, const Path& path) noexcept;

/// The one way to make a durable object: a temporary file in the same directory, written, synced, renamed without
/// replacing, then the directory synced. Until publish() returns there is no object; a destructor without publish()
/// removes the temporary. After a failed sync the object is condemned: the Error says so and the temporary is removed.
/// When the last step, the sync of the directory, fails, publish() takes the object away again (a power cut may still
/// bring it back, whole) and publish_replacing() leaves the new content in place and says that it may not last.
/// One thread.
class Publication {
 public:
  /// `directory` must outlive this. `name` is the final name.
  Publication(const Directory& directory, std::string_view name, std::uint32_t mode = 0600);
  ~Publication();
  Publication(const Publication&) = delete;
  Publication& operator=(const Publication&) = delete;

  File& file() { return file_; }
  const std::string& temporary_name() const { return temporary_; }

  /// kConflict when the name exists already; then nothing has changed.
  void publish();
  /// The same, but an existing object of that name is replaced atomically (journals, configuration).
  void publish_replacing();

 private:
  void finish(bool replace);
  const Directory& directory_;
  std::string name_;
  std::string temporary_;
  File file_;
  bool done_ = false;
};

/// Publishes a small object whole.
void publish(const Directory& directory, const std::string& name, std::span<const std::uint8_t> content,
             std::uint32_t mode = 0600);
void publish_replacing(const Directory& directory, const std::string& name, std::string_view content,
                       std::uint32_t mode = 0600);

/// unlink + fsync of the directory. Absent is success. Not for directories (Directory::remove_tree).
void remove_durably(const Directory& directory, const Path& path);

/// Reads a small regular file whole; kTooLarge beyond `limit`, kInvalid for anything that is not a regular file.
std::string read_small_file(const Directory& directory, const Path& path, Bytes limit);

}  // namespace strata::vfs
