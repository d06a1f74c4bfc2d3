#pragma once

namespace strata::crypto {

/// Lets libsodium choose its fast implementations for this CPU: without it BLAKE2b runs at a fifth of its speed. Called
/// before each use; costs one atomic load after the first time. kInternal when the library cannot start. Any thread.
void prepare_sodium();

}  // namespace strata::crypto
