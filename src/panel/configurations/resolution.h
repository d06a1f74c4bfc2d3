#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "strata/base/id.h"
#include "strata/wire/configurations.h"

namespace strata::panel {

/// Something is assigned but cannot be read: a damaged row, a secret that does not open.
struct Unreadable {
  std::string why;
};

/// What one layer says: nothing, a configuration, or one that cannot be read.
struct Assignment {
  Uuid holder;              ///< the server, node or location
  std::string holder_name;  ///< its name
  std::variant<std::monostate, wire::BackupConfiguration, Unreadable> assigned;
};

/// The three layers of one server.
struct Assignments {
  Assignment server;
  Assignment node;
  Assignment location;
};

/// Which configuration a backup made now would use. Exactly one of the two: `configuration` without `refusal`, or a
/// refusal; a configuration in maintenance comes with its refusal.
struct Resolution {
  std::optional<wire::AssignmentLayer> layer;  ///< that decided; nothing: no layer has an assignment
  std::optional<wire::BackupConfiguration> configuration;
  std::optional<std::string> refusal;           ///< for operators: layer, name and reason
  std::optional<std::string> customer_refusal;  ///< for customers: no names of the host's storage
};

/// The most specific assignment decides: server, then node, then location. One in maintenance, or one that cannot be
/// read, blocks there: nothing falls through to a less specific layer. Pure.
Resolution resolve(const Assignments& assignments);

/// The same answer with every layer's part in it.
wire::Explanation explain(const Assignments& assignments);

/// Who reads a refusal.
enum class Audience { kOperator, kCustomer };

/// The configuration to use, or Error(kRefused).
const wire::BackupConfiguration& require_usable(const Resolution& resolution, Audience audience);

/// The refusal of an action on an existing backup whose configuration is in maintenance. `action` is an infinitive:
/// "cannot restore backup while backup configuration 'MinIO' is in maintenance mode".
std::string maintenance_refusal(std::string_view action, std::string_view configuration_name, Audience audience);

}  // namespace strata::panel
