#pragma once

#include <boost/json/value.hpp>

#include "strata/wings/configuration/configuration.h"

namespace strata::wings {

/// `current` with a partial configuration from the Panel merged in: the rules of ConfigurationStore::apply_patch().
Configuration patched_configuration(const Configuration& current, const boost::json::value& patch);

/// The same values after every check of the descriptions; kInvalid with all faults.
Configuration checked_configuration(const Configuration& values);

}  // namespace strata::wings
