#include "strata/archive/pax.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::archive {
namespace {

constexpr std::string_view kAttributePrefix = "SCHILY.xattr.";
constexpr std::int64_t kNanoseconds = 1'000'000'000;

[[noreturn]] void throw_damaged(std::string_view what) {
  throw Error(ErrorKind::kCorrupt, fmt::format("damaged pax header: {}", what));
}

/// "<length> <key>=<value>\n", where the length counts itself.
void append_record(std::string& out, std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;  // space, equals sign, newline
  std::size_t length = rest + 1;
  while (length != rest + fmt::formatted_size("{}", length)) length = rest + fmt::formatted_size("{}", length);
  out += fmt::format("{} ", length);
  out.append(key).append("=").append(value).append("\n");
}

/// '=' would end the key: GNU tar's way to write it.
std::string escape_key(std::string_view name) {
  std::string escaped;
  for (const char c : name) {
    if (c == '=')
      escaped += "%3D";
    else if (c == '%')
      escaped += "%25";
    else
      escaped += c;
  }
  return escaped;
}

std::string unescape_key(std::string_view key) {
  std::string name;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string_view rest = key.substr(i, 3);
    if (rest == "%3D" || rest == "%25") {
      name += rest == "%3D" ? '=' : '%';
      i += 2;
    } else {
      name += key[i];
    }
  }
  return name;
}

std::uint64_t parse_natural(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) throw_damaged("a number cannot be read");
  return value;
}

/// "[-]seconds[.fraction]"; digits past nanoseconds are dropped, times past what 64 bits of nanoseconds hold (years
/// 1677 to 2262) become the nearest that can be held.
std::int64_t parse_time(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::uint64_t seconds = parse_natural(text.substr(0, point));
  std::int64_t fraction = 0;
  if (point < text.size()) {
    std::string digits(text.substr(point + 1));
    if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
      throw_damaged("a time cannot be read");
    digits.resize(9, '0');
    fraction = static_cast<std::int64_t>(parse_natural(digits));
  }
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (seconds >= static_cast<std::uint64_t>(kMax / kNanoseconds)) return negative ? -kMax : kMax;
  const std::int64_t time = static_cast<std::int64_t>(seconds) * kNanoseconds + fraction;
  return negative ? -time : time;
}

std::string format_time(std::int64_t time_ns) {
  const bool negative = time_ns < 0;
  // Negated in unsigned arithmetic: the smallest value has no positive twin.
  const std::uint64_t size =
      negative ? std::uint64_t{0} - static_cast<std::uint64_t>(time_ns) : static_cast<std::uint64_t>(time_ns);
  std::string text = fmt::format("{}{}.{:09}", negative ? "-" : "", size / kNanoseconds, size % kNanoseconds);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

std::string PaxRecords::encode() const {
  std::string out;
  if (path) append_record(out, "path", *path);
  if (link_path) append_record(out, "linkpath", *link_path);
  if (size) append_record(out, "size", std::to_string(*size));
  if (uid) append_record(out, "uid", std::to_string(*uid));
  if (gid) append_record(out, "gid", std::to_string(*gid));
  if (mtime_ns) append_record(out, "mtime", format_time(*mtime_ns));
  for (const vfs::ExtendedAttribute& attribute : attributes) {
    append_record(out, std::string(kAttributePrefix) + escape_key(attribute.name), attribute.value);
  }
  return out;
}

void PaxRecords::apply(std::string_view data) {
  while (!data.empty()) {
    const std::size_t space = data.substr(0, 21).find(' ');
    if (space == std::string_view::npos) throw_damaged("a record has no length");
    const std::uint64_t length = parse_natural(data.substr(0, space));
    if (length > data.size() || length < space + 3 || data[length - 1] != '\n')
      throw_damaged("a record has a wrong length");
    const std::string_view record = data.substr(space + 1, length - space - 2);
    data.remove_prefix(length);

    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) throw_damaged("a record has no value");
    const std::string_view key = record.substr(0, equals);
    const std::string_view value = record.substr(equals + 1);
    const auto number = [&] { return value.empty() ? std::nullopt : std::optional(parse_natural(value)); };
    const auto text = [&] { return value.empty() ? std::nullopt : std::optional(std::string(value)); };
    if (key == "path")
      path = text();
    else if (key == "linkpath")
      link_path = text();
    else if (key == "size")
      size = number();
    else if (key == "uid")
      uid = number();
    else if (key == "gid")
      gid = number();
    else if (key == "mtime")
      mtime_ns = value.empty() ? std::nullopt : std::optional(parse_time(value));
    else if (key.starts_with("GNU.sparse."))
      sparse = true;
    else if (key.starts_with("SCHILY.acl."))
      text_acl = true;
    else if (key.starts_with(kAttributePrefix)) {
      const std::string name = unescape_key(key.substr(kAttributePrefix.size()));
      std::erase_if(attributes, [&](const vfs::ExtendedAttribute& earlier) { return earlier.name == name; });
      attributes.push_back({name, std::string(value)});
    }
  }
}

}  // namespace strata::archive
