#pragma once

namespace strata::app {

/// SIGTERM and SIGINT as something to wait for. Made before any thread, so that all threads have them blocked; SIGPIPE
/// is ignored (a vanished peer is an error of write).
class TerminationSignals {
 public:
  TerminationSignals();
  /// Blocks until one of them arrives; returns its number.
  int wait();
};

}  // namespace strata::app
