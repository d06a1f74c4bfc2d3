#include "strata/describe/reader.h"

#include <fmt/format.h>

#include "strata/base/encoding.h"
#include "strata/base/error.h"

namespace strata::describe {

void Reader::fault(std::string_view text) {
  if (faults_.size() > kMaxFaults) return;
  if (faults_.size() == kMaxFaults) {
    faults_.emplace_back("invalid payload: there are more faults than these");
    return;
  }
  faults_.push_back(fmt::format("{}: {}", path_.empty() ? "invalid payload" : path_, text));
}

void Reader::throw_faults() const {
  if (!faults_.empty()) throw Error(ErrorKind::kInvalid, faults_);
}

Reader::Step::Step(Reader& reader, std::string_view key) : reader_(reader), old_length_(reader.path_.size()) {
  if (!reader.path_.empty()) reader.path_.push_back('.');
  reader.path_ += to_readable_utf8(key);
  check_depth();
}

Reader::Step::Step(Reader& reader, std::size_t index) : reader_(reader), old_length_(reader.path_.size()) {
  reader.path_ += fmt::format("[{}]", index);
  check_depth();
}

Reader::Step::~Step() {
  --reader_.depth_;
  reader_.path_.resize(old_length_);
}

void Reader::Step::check_depth() {
  if (++reader_.depth_ <= kMaxDepth) return;
  allowed_ = false;
  reader_.fault(fmt::format("is nested deeper than {}", kMaxDepth));
}

}  // namespace strata::describe
