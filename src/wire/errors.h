#pragma once

#include <string>
#include <vector>

#include "strata/describe/described.h"

namespace strata::wire {

/// Every refusal of the Panel: one or more sentences, each naming its field where there is one (spec/panel 0.4).
struct Errors {
  std::vector<std::string> errors;
};
STRATA_DESCRIBED(Errors);

}  // namespace strata::wire
