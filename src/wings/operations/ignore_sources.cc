#include "strata/wings/operations/ignore_sources.h"

#include "strata/base/encoding.h"
#include "strata/base/error.h"
#include "strata/base/units.h"

namespace strata::wings {
namespace {

/// Tenants may plant anything under this name: only a regular file that resolves inside the root is read.
std::string read_ignore_file(const vfs::Directory& root) {
  const auto path = vfs::Path::parse(kIgnoreFile);
  if (!root.exists(path)) return {};
  auto file = root.open_file(path, vfs::Links::kInside);
  const auto status = file.stat();
  if (status.type != vfs::Type::kRegular) throw Error(ErrorKind::kInvalid, "is not a regular file");
  if (status.size > tree::IgnoreRules::kMaxBytes) {
    throw Error(ErrorKind::kTooLarge, "is larger than " + human_bytes(tree::IgnoreRules::kMaxBytes));
  }
  std::string text(status.size, '\0');
  text.resize(file.read({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
  if (!is_utf8(text)) throw Error(ErrorKind::kInvalid, "is not UTF-8");
  return text;
}

void append(std::vector<std::string>& lines, std::vector<std::string> more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

tree::IgnoreRules resolve_ignore_rules(std::string_view request, const vfs::Directory& root,
                                       const std::vector<std::string>& deny_list, tree::Warnings& warnings) {
  auto lines = tree::split_ignore_lines(request);
  try {
    append(lines, tree::split_ignore_lines(read_ignore_file(root)));
  } catch (const Error& error) {
    warnings.add(std::string(kIgnoreFile), "not applied: " + error.message());
  }
  append(lines, deny_list);
  std::vector<std::string> rejected;
  auto rules = tree::IgnoreRules::parse(lines, &rejected);
  for (const auto& line : rejected) {
    warnings.add(std::string(kIgnoreFile), "the ignore rule '" + line + "' cannot be read and does not apply");
  }
  return rules;
}

}  // namespace strata::wings
