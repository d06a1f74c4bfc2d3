#include "strata/tree/restore/step_list.h"

#include <charconv>
#include <utility>
#include <vector>

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/units.h"
#include "strata/vfs/publish.h"

namespace strata::tree {

namespace {

constexpr std::size_t kBufferBytes = 64_KiB;
/// A path with every byte escaped, and the fields before it.
constexpr std::size_t kMaxLineBytes = 2 * vfs::kMaxPathBytes + 256;
constexpr std::string_view kPlace = "place";
constexpr std::string_view kAttributes = "attributes";
constexpr std::string_view kEnd = "end";
constexpr std::string_view kAbsent = "-";

std::string escaped(const vfs::Path& path) {
  std::string text;
  for (const char c : path.bytes()) {
    if (c == '\\') {
      text += "\\\\";
    } else if (c == '\n') {
      text += "\\n";
    } else {
      text += c;
    }
  }
  return text;
}

std::string unescaped(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      bytes += text[++i] == 'n' ? '\n' : '\\';
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

std::string text_of(const std::optional<std::uint64_t>& inode) {
  return inode ? std::to_string(*inode) : std::string(kAbsent);
}

std::string text_of(const std::optional<Attributes>& attributes) {
  if (!attributes) return std::string(kAbsent);
  return std::to_string(attributes->mode) + ":" + std::to_string(attributes->uid) + ":" +
         std::to_string(attributes->gid) + ":" + std::to_string(attributes->mtime_ns);
}

/// Up to the separator, which is taken away too.
std::string_view take(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto field = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return field;
}

template <class Number>
Number number_of(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Error(ErrorKind::kCorrupt, "a number is unreadable");
  }
  return value;
}

std::optional<std::uint64_t> inode_of(std::string_view text) {
  if (text == kAbsent) return std::nullopt;
  return number_of<std::uint64_t>(text);
}

std::optional<Attributes> attributes_of(std::string_view text) {
  if (text == kAbsent) return std::nullopt;
  Attributes attributes;
  attributes.mode = number_of<std::uint32_t>(take(text, ':'));
  attributes.uid = number_of<std::uint32_t>(take(text, ':'));
  attributes.gid = number_of<std::uint32_t>(take(text, ':'));
  attributes.mtime_ns = number_of<std::int64_t>(text);
  return attributes;
}

Step step_of(std::string_view line) {
  Step step;
  const auto kind = take(line, ' ');
  const auto live = take(line, ' ');
  const auto tree = take(line, ' ');
  step.path = vfs::Path::parse(unescaped(line));
  if (kind == kPlace) {
    step.live = inode_of(live);
    step.tree = inode_of(tree);
  } else if (kind == kAttributes) {
    step.kind = Step::Kind::kAttributes;
    step.live_attributes = attributes_of(live);
    step.tree_attributes = attributes_of(tree);
  } else {
    throw Error(ErrorKind::kCorrupt, "an unknown step");
  }
  return step;
}

vfs::File create_afresh(const vfs::Directory& area, const std::string& name) {
  const vfs::Path path = vfs::Path() / name;
  if (area.exists(path)) area.remove_file(path);
  return area.create_file(path);
}

}  // namespace

Attributes attributes_of(const vfs::Stat& stat) {
  return {.mode = stat.mode, .uid = stat.uid, .gid = stat.gid, .mtime_ns = stat.mtime_ns};
}

bool is_closed_directory(const vfs::Stat& stat) {
  constexpr std::uint32_t kOwnerMayWrite = 0200;
  return stat.type == vfs::Type::kDirectory && (stat.mode & kOwnerMayWrite) == 0;
}

StepListWriter::StepListWriter(const vfs::Directory& area, const std::string& name)
    : file_(create_afresh(area, name)), digest_(crypto::Algorithm::kSha256) {}

void StepListWriter::place(const vfs::Path& path, const std::optional<vfs::Stat>& live,
                           const std::optional<vfs::Stat>& tree) {
  const auto inode = [](const std::optional<vfs::Stat>& stat) {
    return stat ? std::optional(stat->inode) : std::nullopt;
  };
  add_line(std::string(kPlace) + " " + text_of(inode(live)) + " " + text_of(inode(tree)) + " " + escaped(path));

  const auto closed = [](const std::optional<vfs::Stat>& stat) -> std::optional<Attributes> {
    return stat && is_closed_directory(*stat) ? std::optional(attributes_of(*stat)) : std::nullopt;
  };
  if (closed(live) || closed(tree)) attributes(path, closed(live), closed(tree));
}

void StepListWriter::attributes(const vfs::Path& path, const std::optional<Attributes>& live,
                                const std::optional<Attributes>& tree) {
  add_line(std::string(kAttributes) + " " + text_of(live) + " " + text_of(tree) + " " + escaped(path));
}

void StepListWriter::add_line(std::string line) {
  line += '\n';
  digest_.update(line);
  buffer_ += line;
  ++count_;
  if (buffer_.size() >= kBufferBytes) flush();
}

void StepListWriter::flush() {
  file_.write(as_bytes(buffer_));
  buffer_.clear();
}

void StepListWriter::finish() {
  buffer_ += std::string(kEnd) + " " + std::to_string(count_) + " " + hex(digest_.finish()) + "\n";
  flush();
  file_.sync();
}

StepListReader::StepListReader(const vfs::Directory& area, const std::string& name)
    : file_(area.open_file(vfs::Path() / name)) {
  check_whole();
}

void StepListReader::fail(std::string_view how) const {
  throw Error(ErrorKind::kCorrupt, "the list of steps " + file_.label() + " is damaged: " + std::string(how));
}

std::optional<std::string> StepListReader::next_line() {
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    if (buffer_.size() > kMaxLineBytes) fail("a line is too long");
    std::vector<std::uint8_t> chunk(kMaxLineBytes);
    const std::size_t got = file_.read_at(position_, chunk);
    if (got == 0) return std::nullopt;
    position_ += got;
    buffer_ += as_text(std::span(chunk).first(got));
  }
}

void StepListReader::check_whole() {
  crypto::Digest digest(crypto::Algorithm::kSha256);
  std::uint64_t count = 0;
  for (;;) {
    const auto line = next_line();
    if (!line) fail("it is cut off");
    if (line->starts_with(kEnd)) {
      if (*line != std::string(kEnd) + " " + std::to_string(count) + " " + hex(digest.finish())) {
        fail("its checksum does not hold");
      }
      break;
    }
    digest.update(*line + "\n");
    ++count;
  }
  steps_ = count;
  position_ = 0;
  buffer_.clear();
}

std::optional<Step> StepListReader::next() {
  if (steps_ == 0) return std::nullopt;
  --steps_;
  const auto line = next_line();
  if (!line) fail("it is cut off");
  try {
    return step_of(*line);
  } catch (const Error& error) {
    fail(error.message());
  }
}

}  // namespace strata::tree
