#include "strata/cli/download.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/cli/command_line_fake.h"
#include "strata/http/range.h"

namespace strata::cli {
namespace {

namespace json = boost::json;

const std::string kServer = "11111111-aaaa-4000-8000-000000000001";
const std::string kBackup = "22222222-bbbb-4000-8000-000000000002";

/// Sends the start of a text and then breaks the connection.
class CutSource final : public http::BodySource {
 public:
  explicit CutSource(std::string sent) : rest_(std::move(sent)) {}
  std::size_t read(std::span<std::uint8_t> out) override {
    if (rest_.empty()) throw Error(ErrorKind::kIo, "pulled the plug");
    const auto count = std::min(out.size(), rest_.size());
    std::copy_n(rest_.begin(), count, out.begin());
    rest_.erase(0, count);
    return count;
  }

 private:
  std::string rest_;
};

class DownloadTest : public testing::Test {
 protected:
  DownloadTest() {
    for (std::size_t i = 0; i < 300'000; ++i) archive += static_cast<char>('a' + i * i % 23);
    link_to(kBackup);
    serve_whole();
  }

  void link_to(const std::string& backup) {
    panel.answer("GET /api/client/servers/" + kServer + "/backups/" + backup + "/download",
                 json::object{{"url", panel.url("/node/download?token=t")}});
  }
  void serve_whole() {
    panel.answer("GET /node/download", [this](const http::Request& request) {
      ranges.emplace_back(request.headers.get("Range"));
      http::Response response;
      const auto range = http::apply_range(request, archive.size(), "", response);
      if (range.kind != http::RangeChoice::Kind::kUnsatisfiable)
        response.body = archive.substr(range.offset, range.length);
      return response;
    });
  }
  /// The node dies after so many bytes of what it was asked for.
  void serve_until(std::size_t cut) {
    panel.answer("GET /node/download", [this, cut](const http::Request& request) {
      http::Response response;
      const auto range = http::apply_range(request, archive.size(), "", response);
      response.body = http::Stream{.source = std::make_unique<CutSource>(archive.substr(range.offset, cut)),
                                   .length = range.length};
      return response;
    });
  }

  CommandLine::Result download(const std::string& backup = kBackup) {
    return cli.run({"backup", "download", kServer, backup, "--output", target()});
  }
  std::string target() const { return cli.home.path("copy.tar.gz"); }
  std::string part() const { return cli.home.path("copy.tar.gz.22222222.part"); }
  static std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write_part(const std::string& content) { std::ofstream(part(), std::ios::binary) << content; }
  bool exists(const std::string& name) const { return cli.home.directory().exists(vfs::Path::parse(name)); }

  std::string archive;
  std::vector<std::string> ranges;
  FakePanel panel;
  CommandLine cli{panel};
};

TEST_F(DownloadTest, the_file_has_every_byte_and_nothing_else_stays) {
  const auto result = download();
  EXPECT_EQ(result.exit_code, 0) << result.error;
  EXPECT_EQ(content_of(target()), archive);
  EXPECT_EQ(cli.home.directory().list().size(), 1u);
  EXPECT_NE(result.out.find("293.0 KiB"), std::string::npos) << result.out;
}

TEST_F(DownloadTest, a_broken_transfer_leaves_no_file_of_that_name_and_goes_on_where_it_stopped) {
  serve_until(100'000);
  EXPECT_EQ(download().exit_code, 6);
  EXPECT_FALSE(exists("copy.tar.gz"));
  const auto got = content_of(part()).size();
  EXPECT_GT(got, 0u);
  EXPECT_LE(got, 100'000u);

  serve_whole();
  EXPECT_EQ(download().exit_code, 0);
  EXPECT_EQ(ranges, std::vector<std::string>{"bytes=" + std::to_string(got) + "-"});
  EXPECT_EQ(content_of(target()), archive);
  EXPECT_FALSE(exists("copy.tar.gz.22222222.part"));
}

TEST_F(DownloadTest, any_number_of_broken_transfers_adds_up_to_the_whole_file) {
  serve_until(70'000);
  int tries = 0;
  while (download().exit_code != 0) {
    ASSERT_LT(++tries, 20);
    if (content_of(part()).size() + 70'000 > archive.size()) serve_whole();
  }
  EXPECT_GE(tries, 4);
  EXPECT_EQ(content_of(target()), archive);
}

TEST_F(DownloadTest, a_node_that_knows_no_ranges_sends_all_again) {
  write_part(std::string(5000, 'X'));
  panel.answer("GET /node/download",
               [this](const http::Request&) { return http::text_response(200, archive, "application/x-gzip"); });
  EXPECT_EQ(download().exit_code, 0);
  EXPECT_EQ(content_of(target()), archive);
}

TEST_F(DownloadTest, another_part_than_was_asked_for_is_not_appended) {
  write_part(archive.substr(0, 5000));
  panel.answer("GET /node/download", [this](const http::Request&) {
    auto response = http::text_response(206, archive.substr(4000), "application/x-gzip");
    response.headers.set("Content-Range", "bytes 4000-299999/300000");
    return response;
  });
  EXPECT_EQ(download().exit_code, 6);
  EXPECT_FALSE(exists("copy.tar.gz"));
  EXPECT_EQ(content_of(part()), archive.substr(0, 5000));
}

TEST_F(DownloadTest, a_file_that_was_complete_but_not_yet_renamed_is_taken) {
  write_part(archive);
  EXPECT_EQ(download().exit_code, 0);
  EXPECT_EQ(content_of(target()), archive);
}

TEST_F(DownloadTest, a_part_longer_than_the_backup_is_not_taken_for_it) {
  write_part(archive + "more");
  const auto result = download();
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_NE(result.error.find("copy.tar.gz.22222222.part"), std::string::npos) << result.error;
  EXPECT_FALSE(exists("copy.tar.gz"));
}

// "latest" names another backup tomorrow.
TEST_F(DownloadTest, the_rest_of_one_backup_is_never_appended_to_another) {
  serve_until(100'000);
  download();
  const std::string other = "33333333-cccc-4000-8000-000000000003";
  link_to(other);
  archive.assign(200'000, 'Z');
  serve_whole();
  EXPECT_EQ(download(other).exit_code, 0);
  EXPECT_EQ(content_of(target()), archive);
}

TEST_F(DownloadTest, an_existing_file_is_not_overwritten) {
  std::ofstream(target()) << "mine";
  const auto result = download();
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_NE(result.error.find("exists already"), std::string::npos) << result.error;
  EXPECT_EQ(content_of(target()), "mine");
}

TEST_F(DownloadTest, what_the_node_or_the_panel_refuses_is_said_in_their_words) {
  panel.answer("GET /node/download", json::object{{"error", "this link was used already"}}, 401);
  const auto of_node = download();
  EXPECT_EQ(of_node.exit_code, 4);
  EXPECT_NE(of_node.error.find("this link was used already"), std::string::npos) << of_node.error;

  panel.answer("GET /api/client/servers/" + kServer + "/backups/" + kBackup + "/download",
               json::object{{"errors", json::array{"backup is being deleted"}}}, 417);
  const auto of_panel = download();
  EXPECT_EQ(of_panel.exit_code, 5);
  EXPECT_NE(of_panel.error.find("backup is being deleted"), std::string::npos) << of_panel.error;
  EXPECT_FALSE(exists("copy.tar.gz"));
}

TEST_F(DownloadTest, a_folder_that_is_not_there_is_named) {
  const auto result = cli.run({"backup", "download", kServer, kBackup, "-o", cli.home.path("no/such/file")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.error.find("no/such"), std::string::npos) << result.error;
}

TEST_F(DownloadTest, the_key_to_the_panel_does_not_travel_to_the_node) {
  download();
  for (const auto& asked : panel.asked()) {
    if (asked.what.starts_with("GET /node/")) {
      EXPECT_EQ(asked.bearer, "");
    }
  }
}

}  // namespace
}  // namespace strata::cli
