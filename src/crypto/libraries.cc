#include "strata/crypto/libraries.h"

#include <sodium.h>

#include "strata/base/error.h"

namespace strata::crypto {

void prepare_sodium() {
  static const int result = sodium_init();
  if (result < 0) throw Error(ErrorKind::kInternal, "libsodium could not be started on this machine");
}

}  // namespace strata::crypto
