#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "strata/vfs/directory.h"

namespace strata::vfs {

/// Temporary names all start with this; recovery removes those that no running operation owns.
inline constexpr std::string_view kTemporaryPrefix = ".tmp-";

/// The one way to make a durable object (spec/reliability 3.1): a temporary file in the same directory, written,
/// synced, renamed without replacing, then the directory synced. Until publish() returns there is no object; a
/// destructor without publish() removes the temporary. After a failed sync the object is condemned: the Error says so
/// and the temporary is removed. One thread.
class Publication {
 public:
  /// `directory` must outlive this. `name` is the final name.
  Publication(const Directory& directory, std::string name, std::uint32_t mode = 0600);
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

/// unlink + fsync of the directory. Absent is success.
void remove_durably(const Directory& directory, const Path& path);

/// Reads a small file whole; kTooLarge beyond `limit`.
std::string read_small_file(const Directory& directory, const Path& path, Bytes limit);

}  // namespace strata::vfs
