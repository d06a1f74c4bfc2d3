#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace strata::vfs {

/// Files by plain calls, for tests that set up and check with nothing of the code under test. Failures throw.
void write_plain(const std::string& path, std::string_view content);
std::string read_plain(const std::string& path);

/// Path below `root` -> content of a file, "-> target" of a link, "" of a directory (whose path ends in '/').
std::map<std::string, std::string> tree_of(const std::string& root);

/// The same with type, mode, owner, links, size, mtime and ctime in front: nothing there was touched when two are
/// equal.
std::map<std::string, std::string> state_of(const std::string& root);

/// Runs `body` in a child process as user and group 65534 when this process is root, else here. Answers what the body
/// answers; a std::exception becomes its text.
std::string as_plain_user(const std::function<std::string()>& body);

/// Makes a tree belong to that user (when this process is root).
void give_to_plain_user(const std::string& root);

}  // namespace strata::vfs
