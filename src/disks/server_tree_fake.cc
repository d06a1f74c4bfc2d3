#include "strata/disks/server_tree_fake.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace strata::disks {
namespace {

void require(int result, const std::string& path) {
  if (result != 0) throw std::system_error(errno, std::generic_category(), path);
}

}  // namespace

ServerTree& ServerTree::file(const std::string& below, std::string_view content, std::uint32_t mode) {
  const std::filesystem::path whole = path(below);
  std::filesystem::create_directories(whole.parent_path());
  std::ofstream(whole, std::ios::binary) << content;
  require(::chmod(whole.c_str(), mode), below);
  return *this;
}

ServerTree& ServerTree::directory(const std::string& below, std::uint32_t mode) {
  std::filesystem::create_directories(path(below));
  require(::chmod(path(below).c_str(), mode), below);
  return *this;
}

ServerTree& ServerTree::symlink(const std::string& below, const std::string& target) {
  require(::symlink(target.c_str(), path(below).c_str()), below);
  return *this;
}

ServerTree& ServerTree::hard_link(const std::string& below, const std::string& existing) {
  require(::link(path(existing).c_str(), path(below).c_str()), below);
  return *this;
}

ServerTree& ServerTree::fifo(const std::string& below) {
  require(::mkfifo(path(below).c_str(), 0600), below);
  return *this;
}

ServerTree& ServerTree::sparse_file(const std::string& below, std::uint64_t size) {
  file(below, "");
  require(::truncate(path(below).c_str(), static_cast<off_t>(size)), below);
  return *this;
}

ServerTree& ServerTree::attribute(const std::string& below, const std::string& name, const std::string& value) {
  require(::setxattr(path(below).c_str(), name.c_str(), value.data(), value.size(), 0), below);
  return *this;
}

ServerTree& ServerTree::modified(const std::string& below, std::int64_t seconds, long nanoseconds) {
  const timespec times[2] = {{0, UTIME_OMIT}, {seconds, nanoseconds}};
  require(::utimensat(AT_FDCWD, path(below).c_str(), times, AT_SYMLINK_NOFOLLOW), below);
  return *this;
}

void ServerTree::append(const std::string& below, std::string_view content) {
  std::ofstream(path(below), std::ios::binary | std::ios::app) << content;
}

void ServerTree::remove(const std::string& below) {
  std::filesystem::remove_all(path(below));
}

ServerTree& ServerTree::with_everything() {
  std::string large;
  for (std::uint64_t i = 0; large.size() < 3'000'000; ++i) large += "line " + std::to_string(i * 7919 % 100'003) + "\n";
  file("server.properties", "motd=hello\n", 0600);
  file("world/level.dat", std::string(5'000, '\x07'));
  file("world/region/r.0.0.mca", large);
  file("world/region/r.0.1.mca", large.substr(1'000'000));
  file("logs/empty.log", "");
  file("plugins/größe/читать.yml", "a: b\n");
  file("plugins/latin-\xe9\xff", "no text name\n");
  file("run.sh", "#!/bin/sh\n", 0755);
  directory("empty", 0700);
  directory("a/b/c/d/e/f");
  symlink("latest", "logs/empty.log");
  symlink("outside", "/etc/passwd");
  symlink("dangling", "nowhere/at/all");
  hard_link("world/level.dat_old", "world/level.dat");
  modified("server.properties", 1'600'000'000, 123'456'789);
  modified("latest", 1'500'000'000, 1);
  modified("empty", 1'400'000'000, 999'999'999);
  return *this;
}

}  // namespace strata::disks
