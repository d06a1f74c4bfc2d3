#include "strata/vfs/path.h"

#include <algorithm>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::vfs {

namespace {

[[noreturn]] void refuse(std::string_view bytes, std::string_view why) {
  // Hostile names can be long: the message carries enough to recognise one.
  constexpr std::size_t kShown = 80;
  const bool cut = bytes.size() > kShown;
  throw Error(ErrorKind::kInvalid,
              "path '" + to_readable_utf8(bytes.substr(0, kShown)) + (cut ? "…" : "") + "' " + std::string(why));
}

void check_limits(std::string_view bytes) {
  if (bytes.size() > kMaxPathBytes) refuse(bytes, "is longer than 4096 bytes");
  const auto slashes = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '/'));
  if (!bytes.empty() && slashes + 1 > kMaxDepth) refuse(bytes, "is deeper than 128 levels");
}

void check_component(std::string_view whole, std::string_view name) {
  if (name.size() > kMaxComponentBytes) refuse(whole, "has a name longer than 255 bytes");
  if (name.find('\0') != std::string_view::npos) refuse(whole, "contains a NUL byte");
  if (!is_valid_name(name)) refuse(whole, "has an empty name, '.' or '..' in it");
}

/// The components of `bytes`, empty ones included.
std::vector<std::string_view> split(std::string_view bytes) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto slash = bytes.find('/');
    parts.push_back(bytes.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    bytes.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_valid_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxComponentBytes && name != "." && name != ".." &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

Path Path::parse(std::string_view bytes) {
  if (bytes.empty()) return {};
  check_limits(bytes);
  for (const auto component : split(bytes)) check_component(bytes, component);
  return Path(std::string(bytes));
}

Path Path::from_request(std::string_view bytes) {
  // Before normalisation a request may be longer than any path; the cap only keeps the work bounded.
  if (bytes.size() > 4 * kMaxPathBytes) refuse(bytes, "is longer than 4096 bytes");
  std::vector<std::string_view> kept;
  for (const auto component : split(bytes)) {
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    check_component(bytes, component);
    kept.push_back(component);
  }
  std::string joined;
  for (const auto component : kept) {
    if (!joined.empty()) joined += '/';
    joined += component;
  }
  check_limits(joined);
  return Path(std::move(joined));
}

Path Path::operator/(std::string_view name) const {
  check_component(name, name);
  std::string joined = bytes_;
  if (!joined.empty()) joined += '/';
  joined += name;
  check_limits(joined);
  return Path(std::move(joined));
}

Path Path::operator/(const Path& below) const {
  if (is_root()) return below;
  if (below.is_root()) return *this;
  std::string joined = bytes_ + "/" + below.bytes_;
  check_limits(joined);
  return Path(std::move(joined));
}

std::string_view Path::name() const {
  return std::string_view(bytes_).substr(bytes_.rfind('/') + 1);  // npos + 1 is 0
}

Path Path::parent() const {
  const auto slash = bytes_.rfind('/');
  return slash == std::string::npos ? Path() : Path(bytes_.substr(0, slash));
}

std::size_t Path::depth() const {
  if (is_root()) return 0;
  return static_cast<std::size_t>(std::count(bytes_.begin(), bytes_.end(), '/')) + 1;
}

std::vector<std::string_view> Path::components() const {
  if (is_root()) return {};
  return split(bytes_);
}

bool Path::is_beneath(const Path& ancestor) const {
  if (ancestor.is_root() || *this == ancestor) return true;
  return bytes_.size() > ancestor.bytes_.size() && bytes_.starts_with(ancestor.bytes_) &&
         bytes_[ancestor.bytes_.size()] == '/';
}

std::strong_ordering Path::operator<=>(const Path& other) const {
  // NUL is in no path, so '/' may take its rank: the end of a name sorts before every longer name.
  const auto rank = [](char c) { return c == '/' ? '\0' : c; };
  return std::lexicographical_compare_three_way(
      bytes_.begin(), bytes_.end(), other.bytes_.begin(), other.bytes_.end(),
      [&](char a, char b) { return static_cast<unsigned char>(rank(a)) <=> static_cast<unsigned char>(rank(b)); });
}

}  // namespace strata::vfs
