#include "strata/app/path_parts.h"

#include <filesystem>

#include <fmt/format.h>

#include "strata/base/error.h"

namespace strata::app {

std::pair<std::string, std::string> split_path(const std::string& path) {
  const auto slash = path.rfind('/');
  if (path.empty() || path.front() != '/' || slash + 1 == path.size())
    throw Error(ErrorKind::kInvalid, fmt::format("'{}' is not the absolute path of a file", path));
  return {slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

std::string absolute_path(const std::string& path) {
  std::string absolute = std::filesystem::absolute(path).lexically_normal().string();
  while (absolute.size() > 1 && absolute.back() == '/') absolute.pop_back();
  return absolute;
}

}  // namespace strata::app
