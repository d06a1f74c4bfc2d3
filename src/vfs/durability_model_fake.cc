#include "strata/vfs/durability_model_fake.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include <sys/stat.h>

#include "strata/base/error.h"

namespace strata::vfs {

namespace {

constexpr Bytes kSectorBytes = 512;

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw_system_error(errno, "reading '" + path + "'");
  return {std::istreambuf_iterator<char>(in), {}};
}

void apply(std::string& content, Bytes offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
  content.replace(offset, bytes.size(), bytes);
}

}  // namespace

DurabilityModel::DurabilityModel(const std::string& root) {
  struct stat status{};
  if (::lstat(root.c_str(), &status) < 0) throw_system_error(errno, "examining '" + root + "'");
  root_ = add({status.st_dev, status.st_ino}, Kind::kDirectory);
  adopt(root_, root);
}

DurabilityModel::ObjectId DurabilityModel::add(Inode inode, Kind kind) {
  const ObjectId id = objects_.size() + 1;
  objects_[id].kind = kind;
  by_inode_[inode] = id;
  return id;
}

void DurabilityModel::adopt(ObjectId directory, const std::string& path) {
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    const std::string name = entry.path().filename().string();
    struct stat status{};
    if (::lstat(entry.path().c_str(), &status) < 0) throw_system_error(errno, "examining '" + path + "'");
    const Inode inode{status.st_dev, status.st_ino};
    auto known = find(inode);
    if (!known) {
      const Kind kind = S_ISREG(status.st_mode)   ? Kind::kFile
                        : S_ISDIR(status.st_mode) ? Kind::kDirectory
                        : S_ISLNK(status.st_mode) ? Kind::kSymlink
                                                  : Kind::kOther;
      known = add(inode, kind);
      if (kind == Kind::kFile) objects_[*known].durable = read_whole(entry.path().string());
      if (kind == Kind::kSymlink) objects_[*known].durable = std::filesystem::read_symlink(entry.path()).string();
      if (kind == Kind::kDirectory) adopt(*known, entry.path().string());
    }
    objects_[directory].live_names[name] = *known;
    objects_[directory].durable_names[name] = *known;
  }
}

std::optional<DurabilityModel::ObjectId> DurabilityModel::find(Inode inode) const {
  const auto found = by_inode_.find(inode);
  if (found == by_inode_.end()) return std::nullopt;
  return found->second;
}

std::optional<DurabilityModel::ObjectId> DurabilityModel::named(ObjectId directory, const std::string& name) const {
  const auto& names = objects_.at(directory).live_names;
  const auto found = names.find(name);
  if (found == names.end()) return std::nullopt;
  return found->second;
}

void DurabilityModel::record(Change change) {
  for (const auto& [directory, name, object] : change) {
    auto& names = objects_[directory].live_names;
    if (object) {
      names[name] = *object;
    } else {
      names.erase(name);
    }
  }
  changes_.push_back(std::move(change));
}

void DurabilityModel::made(Inode parent, const std::string& name, Inode made, Kind kind, std::string link_target) {
  const auto directory = find(parent);
  if (!directory) return;
  const ObjectId object = add(made, kind);
  objects_[object].durable = std::move(link_target);
  record({{*directory, name, object}});
}

void DurabilityModel::made_unnamed(Inode made) {
  add(made, Kind::kFile);
}

void DurabilityModel::linked(Inode object, Inode parent, const std::string& name) {
  const auto directory = find(parent);
  const auto known = find(object);
  if (directory && known) record({{*directory, name, known}});
}

void DurabilityModel::removed(Inode parent, const std::string& name) {
  if (const auto directory = find(parent)) record({{*directory, name, std::nullopt}});
}

void DurabilityModel::renamed(Inode from, const std::string& from_name, Inode to, const std::string& to_name) {
  const auto source = find(from);
  const auto target = find(to);
  if (!source || !target) return;
  const auto object = named(*source, from_name);
  if (object && object != named(*target, to_name)) {  // two names of one object: rename(2) does nothing
    record({{*source, from_name, std::nullopt}, {*target, to_name, object}});
  }
}

void DurabilityModel::exchanged(Inode a, const std::string& a_name, Inode b, const std::string& b_name) {
  const auto first = find(a);
  const auto second = find(b);
  if (first && second) {
    record({{*first, a_name, named(*second, b_name)}, {*second, b_name, named(*first, a_name)}});
  }
}

void DurabilityModel::wrote(Inode file, Bytes offset, std::string bytes) {
  if (const auto object = find(file)) objects_[*object].unsynced.push_back({offset, std::move(bytes), {}});
}

void DurabilityModel::resized(Inode file, Bytes size) {
  if (const auto object = find(file)) objects_[*object].unsynced.push_back({0, {}, size});
}

void DurabilityModel::synced(Inode inode) {
  const auto object = find(inode);
  if (!object) return;
  Object& state = objects_[*object];
  if (state.kind != Kind::kDirectory) {
    state.durable = content_after(state, PowerLoss::kKeepAll, {});
    state.unsynced.clear();
    return;
  }
  const auto written = with_causes([&](const Change& change) {
    return std::any_of(change.begin(), change.end(), [&](const auto& part) { return part.directory == *object; });
  });
  std::vector<Change> left;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (!written[i]) {
      left.push_back(std::move(changes_[i]));
      continue;
    }
    for (const auto& [directory, name, target] : changes_[i]) {
      auto& names = objects_[directory].durable_names;
      if (target) {
        names[name] = *target;
      } else {
        names.erase(name);
      }
    }
  }
  changes_ = std::move(left);
}

void DurabilityModel::synced_all() {
  for (auto& [id, object] : objects_) {
    if (object.kind == Kind::kFile) object.durable = content_after(object, PowerLoss::kKeepAll, {});
    object.unsynced.clear();
    object.durable_names = object.live_names;
  }
  changes_.clear();
}

void DurabilityModel::sync_failed(Inode inode) {
  if (const auto object = find(inode)) objects_[*object].unsynced.clear();
}

void DurabilityModel::sync_failed_all() {
  for (auto& [id, object] : objects_) object.unsynced.clear();
}

std::vector<bool> DurabilityModel::with_causes(const std::function<bool(const Change&)>& wanted) const {
  std::vector<bool> chosen(changes_.size());
  std::set<std::pair<ObjectId, std::string>> names;
  std::set<ObjectId> objects;
  for (std::size_t i = changes_.size(); i-- > 0;) {
    const Change& change = changes_[i];
    chosen[i] = wanted(change) || std::any_of(change.begin(), change.end(), [&](const Assignment& part) {
                  return names.contains({part.directory, part.name}) || (part.object && objects.contains(*part.object));
                });
    if (!chosen[i]) continue;
    for (const auto& part : change) {
      names.insert({part.directory, part.name});
      if (part.object) objects.insert(*part.object);
    }
  }
  return chosen;
}

std::string DurabilityModel::content_after(const Object& file, PowerLoss policy, const Random& random) const {
  std::string content = file.durable;
  if (policy == PowerLoss::kDropUnsynced || policy == PowerLoss::kNamesWithoutData) return content;
  for (const auto& write : file.unsynced) {
    if (write.resize) {
      if (policy == PowerLoss::kKeepAll || random()) content.resize(*write.resize);
      continue;
    }
    for (Bytes done = 0; done < write.bytes.size();) {
      const Bytes offset = write.offset + done;
      const Bytes size = std::min(kSectorBytes - offset % kSectorBytes, write.bytes.size() - done);
      if (policy == PowerLoss::kKeepAll || random()) {
        apply(content, offset, std::string_view(write.bytes).substr(done, size));
      }
      done += size;
    }
  }
  return content;
}

void DurabilityModel::materialise(const std::string& destination, PowerLoss policy, std::uint64_t seed) const {
  std::mt19937_64 generator(seed);
  const Random random = [&] { return (generator() & 1) != 0; };
  std::map<ObjectId, Names> names;
  for (const auto& [id, object] : objects_) names[id] = object.durable_names;
  const auto kept = with_causes([&](const Change&) {
    return policy == PowerLoss::kKeepAll || policy == PowerLoss::kNamesWithoutData ||
           (policy == PowerLoss::kRandom && random());
  });
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (!kept[i]) continue;
    for (const auto& [directory, name, object] : changes_[i]) {
      if (object) {
        names[directory][name] = *object;
      } else {
        names[directory].erase(name);
      }
    }
  }
  build(root_, names, destination, policy, random);
}

void DurabilityModel::build(ObjectId directory, const std::map<ObjectId, Names>& names, const std::string& path,
                            PowerLoss policy, const Random& random) const {
  for (const auto& [name, id] : names.at(directory)) {
    const Object& object = objects_.at(id);
    std::string here = path;
    here += "/";
    here += name;
    switch (object.kind) {
      case Kind::kDirectory:
        std::filesystem::create_directory(here);
        build(id, names, here, policy, random);
        break;
      case Kind::kSymlink:
        std::filesystem::create_symlink(object.durable, here);
        break;
      case Kind::kFile: {
        std::ofstream out(here, std::ios::binary);
        out << content_after(object, policy, random);
        if (!out.flush()) throw Error(ErrorKind::kIo, "writing '" + here + "'");
        break;
      }
      case Kind::kOther:
        break;
    }
  }
}

}  // namespace strata::vfs
