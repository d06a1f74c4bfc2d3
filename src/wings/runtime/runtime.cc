#include "strata/wings/runtime/runtime.h"

namespace strata::wings {

std::string_view to_string(PowerState state) {
  switch (state) {
    case PowerState::kOffline:
      return "offline";
    case PowerState::kStarting:
      return "starting";
    case PowerState::kStopping:
      return "stopping";
    case PowerState::kRunning:
      return "running";
  }
  return "offline";
}

}  // namespace strata::wings
