#include "strata/cli/download.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "strata/base/error.h"
#include "strata/cli/progress_bar.h"
#include "strata/vfs/directory.h"

namespace strata::cli {
namespace {

std::optional<Bytes> parse_number(std::string_view text) {
  Bytes value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// What Content-Range says (RFC 9110 section 14.4): "bytes 500-999/1000", or "bytes */1000" without a part.
struct ContentRange {
  std::optional<Bytes> first;
  Bytes size = 0;
};

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  const auto slash = text.rfind('/');
  if (!text.starts_with(kUnit) || slash == std::string_view::npos) return std::nullopt;
  const auto size = parse_number(text.substr(slash + 1));
  if (!size) return std::nullopt;
  const auto part = text.substr(kUnit.size(), slash - kUnit.size());
  return ContentRange{.first = parse_number(part.substr(0, part.find('-'))), .size = *size};
}

/// Appends what arrives to a file that already holds the first `start` bytes.
class FileSink final : public http::ResponseSink {
 public:
  FileSink(vfs::File& file, Bytes start, ProgressBar& bar) : file_(file), position_(start), bar_(bar) {}

  bool on_response(int status, const http::Headers& headers) override {
    if (status == 200) {
      position_ = 0;  // the server sends everything again
      file_.truncate(0);
      total_ = parse_number(headers.get("Content-Length"));
      return true;
    }
    if (status != 206) return false;
    const auto range = parse_content_range(headers.get("Content-Range"));
    if (!range || range->first != position_)
      throw Error(ErrorKind::kUnavailable, "the node sent another part of the backup than was asked for");
    total_ = range->size;
    return true;
  }

  void on_data(std::span<const std::uint8_t> data) override {
    file_.write_at(position_, data);
    position_ += data.size();
    bar_.update({.phase = "download", .bytes = position_, .total_bytes = total_.value_or(0)});
  }

  Bytes position() const { return position_; }
  std::optional<Bytes> total() const { return total_; }

 private:
  vfs::File& file_;
  Bytes position_;
  std::optional<Bytes> total_;
  ProgressBar& bar_;
};

}  // namespace

Bytes download_backup(Context& context, const std::string& server, const std::string& backup, const std::string& path) {
  const auto slash = path.rfind('/');
  const auto directory =
      vfs::Directory::open_trusted(context.kernel, slash == std::string::npos ? "." : path.substr(0, slash + 1));
  const auto name = vfs::Path::parse(slash == std::string::npos ? path : path.substr(slash + 1));
  // Named after the backup too: the rest of another one must never be appended.
  const auto part = vfs::Path::parse(fmt::format("{}.{}.part", name.bytes(), backup.substr(0, 8)));
  if (directory.exists(name))
    throw Error(ErrorKind::kConflict, fmt::format("'{}' exists already: remove it or choose another name", path));

  auto file = directory.open_or_create_file(part, 0600);
  const Bytes start = file.stat().size;
  const auto link = context.api().get(fmt::format("/api/client/servers/{}/backups/{}/download", server, backup));
  http::ClientRequest request;
  request.url = std::string(link.as_object().at("url").as_string());
  request.total_timeout = std::chrono::milliseconds{0};
  if (start > 0) request.headers.set("Range", fmt::format("bytes={}-", start));

  ProgressBar bar(context.output, context.clock);
  FileSink sink(file, start, bar);
  const auto response = context.api().client().download(request, sink);
  bar.finish();
  if (response.status == 416) {
    const auto range = parse_content_range(response.headers.get("Content-Range"));
    if (!range || range->size != start) {
      throw Error(ErrorKind::kConflict,
                  fmt::format("'{}' does not belong to this backup: remove it and run this again", part.bytes()));
    }
  } else {
    http::throw_if_refused(response);
  }
  if (sink.total() && sink.position() != *sink.total()) {
    throw Error(ErrorKind::kUnavailable, fmt::format("the download stopped at {} of {}: run it again to go on",
                                                     human_bytes(sink.position()), human_bytes(*sink.total())));
  }
  file.sync();
  const Bytes size = file.stat().size;
  directory.rename_no_replace(part, directory, name);
  directory.sync();
  return size;
}

}  // namespace strata::cli
