#pragma once

#include "strata/app/signals.h"
#include "strata/cli/verbs.h"

namespace CLI {
class App;
}

namespace strata::app {

// The verbs that start something on this machine, beside the client verbs of `cli`.
void add_up_verb(CLI::App& app, TerminationSignals& signals);
void add_panel_verbs(CLI::App& app, cli::Context& context, TerminationSignals& signals);
void add_wings_verbs(CLI::App& app, cli::Context& context, TerminationSignals& signals);

}  // namespace strata::app
