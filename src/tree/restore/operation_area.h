#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "strata/base/id.h"
#include "strata/vfs/directory.h"

namespace strata::tree {

/// What was set aside for removal; nothing looks into it any more.
inline constexpr std::string_view kTrashPrefix = ".removed-";

/// The areas of a workspace, in order of their id. Names that are no operation id are not ours and left alone.
std::vector<OperationId> operations_in(const vfs::Directory& workspace);

/// nullopt when the operation has no area.
std::optional<vfs::Directory> find_area(const vfs::Directory& workspace, OperationId operation);

/// One rename, durable: the area is gone as far as anybody looks. Removing an area in place instead would let a crash
/// leave a plan with half a tree.
void set_aside(const vfs::Directory& workspace, OperationId operation);

/// Files that a publish or a probe left when it was cut off.
void remove_temporaries(const vfs::Directory& area);

}  // namespace strata::tree
