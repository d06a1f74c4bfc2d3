#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

#include "strata/cli/output.h"

namespace strata::cli {

/// An Output whose two streams are texts.
class CapturedOutput {
 public:
  explicit CapturedOutput(Output::Options options = {}) : output_(with_streams(options)) {}
  ~CapturedOutput() {
    std::fclose(out_.file);
    std::fclose(error_.file);
    std::free(out_.text);
    std::free(error_.text);
  }
  CapturedOutput(const CapturedOutput&) = delete;
  CapturedOutput& operator=(const CapturedOutput&) = delete;

  Output& output() { return output_; }
  std::string out() { return out_.read(); }
  std::string error() { return error_.read(); }

 private:
  struct Stream {
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* file = open_memstream(&text, &size);
    std::string read() {
      std::fflush(file);
      return {text, size};
    }
  };
  Output::Options with_streams(Output::Options options) {
    options.out = out_.file;
    options.error = error_.file;
    return options;
  }

  Stream out_;
  Stream error_;
  Output output_;
};

}  // namespace strata::cli
