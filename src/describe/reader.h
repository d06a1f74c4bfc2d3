#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace strata::describe {

/// One pass over a body: where we are, and every fault so far. Not shared between threads.
class Reader {
 public:
  /// More faults than this in one body are not worth reading; the last entry then says so.
  static constexpr std::size_t kMaxFaults = 100;
  /// Objects and lists inside each other (reliability 5.1).
  static constexpr std::size_t kMaxDepth = 32;

  /// kTexts: a query string, where every value is a text and numbers and booleans are spelled out.
  enum class Source { kJson, kTexts };

  explicit Reader(Source source = Source::kJson) : source_(source) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// "<path>: <text>", path with dots for keys and [i] for indexes; at the root "invalid payload: <text>".
  void fault(std::string_view text);

  /// Moves down to a member or an element for its lifetime.
  class Step {
   public:
    Step(Reader& reader, std::string_view key);
    Step(Reader& reader, std::size_t index);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

    /// False when the nesting limit is reached: a fault was added, do not go deeper.
    bool allowed() const { return allowed_; }

   private:
    void check_depth();
    Reader& reader_;
    std::size_t old_length_;
    bool allowed_ = true;
  };

  bool is_text_source() const { return source_ == Source::kTexts; }
  std::size_t fault_count() const { return faults_.size(); }

  /// Throws Error(kInvalid) with all faults, if there is one.
  void throw_faults() const;

 private:
  Source source_;
  std::string path_;
  std::size_t depth_ = 0;
  std::vector<std::string> faults_;
};

}  // namespace strata::describe
