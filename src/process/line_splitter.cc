#include "strata/process/line_splitter.h"

#include <utility>

#include "strata/base/error.h"
#include "strata/base/units.h"

namespace strata::process {

void LineSplitter::add(std::string_view bytes, const Callback& callback) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const bool complete = end != std::string_view::npos;
    std::string_view piece = bytes.substr(0, end);
    bytes.remove_prefix(complete ? end + 1 : bytes.size());
    while (pending_.size() + piece.size() > maximum_) {
      if (long_line_ == LongLine::kRefuse) {
        throw Error(ErrorKind::kTooLarge, "a program wrote a line longer than " + human_bytes(maximum_));
      }
      const std::size_t room = maximum_ - pending_.size();
      pending_ += piece.substr(0, room);
      piece.remove_prefix(room);
      callback(std::exchange(pending_, {}));
    }
    pending_ += piece;
    if (complete) callback(std::exchange(pending_, {}));
  }
}

void LineSplitter::finish(const Callback& callback) {
  if (!pending_.empty()) callback(std::exchange(pending_, {}));
}

}  // namespace strata::process
