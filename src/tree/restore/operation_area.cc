#include "strata/tree/restore/operation_area.h"

#include <algorithm>
#include <string>

#include "strata/base/random.h"
#include "strata/vfs/publish.h"

namespace strata::tree {

std::vector<OperationId> operations_in(const vfs::Directory& workspace) {
  std::vector<OperationId> operations;
  for (const auto& listed : workspace.list()) {
    const auto operation = OperationId::parse(listed.name);
    if (operation && operation->text() == listed.name) operations.push_back(*operation);
  }
  std::sort(operations.begin(), operations.end());
  return operations;
}

std::optional<vfs::Directory> find_area(const vfs::Directory& workspace, OperationId operation) {
  const vfs::Path name = vfs::Path() / operation.text();
  if (!workspace.exists(name)) return std::nullopt;
  return workspace.open_directory(name);
}

void set_aside(const vfs::Directory& workspace, OperationId operation) {
  const std::string name = std::string(kTrashPrefix) + operation.text() + "-" + random_alphanumeric(8);
  workspace.rename_no_replace(vfs::Path() / operation.text(), workspace, vfs::Path() / name);
  workspace.sync();
}

void remove_temporaries(const vfs::Directory& area) {
  for (const auto& listed : area.list()) {
    if (listed.name.starts_with(vfs::kTemporaryPrefix)) area.remove_file(vfs::Path() / listed.name);
  }
}

}  // namespace strata::tree
