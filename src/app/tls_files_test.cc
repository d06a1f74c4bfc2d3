#include "strata/app/tls_files.h"

#include <fstream>

#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/vfs/temporary_directory_fake.h"

namespace strata::app {
namespace {

class TlsFilesTest : public testing::Test {
 protected:
  TlsFilesTest() {
    std::ofstream(certificate) << "-----BEGIN CERTIFICATE-----\n";
    std::ofstream(key) << "-----BEGIN PRIVATE KEY-----\n";
  }
  vfs::PosixKernel kernel;
  vfs::TemporaryDirectory folder;
  std::string certificate = folder.path("cert.pem");
  std::string key = folder.path("key.pem");
};

TEST_F(TlsFilesTest, without_names_there_is_no_tls) {
  EXPECT_FALSE(load_tls(kernel, "", ""));
}

TEST_F(TlsFilesTest, both_files_are_read_as_they_are) {
  const auto tls = load_tls(kernel, certificate, key);
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->certificate_chain, "-----BEGIN CERTIFICATE-----\n");
  EXPECT_EQ(tls->private_key.reveal(), "-----BEGIN PRIVATE KEY-----\n");
}

TEST_F(TlsFilesTest, one_without_the_other_is_a_mistake) {
  EXPECT_THROW(load_tls(kernel, certificate, ""), Error);
  EXPECT_THROW(load_tls(kernel, "", key), Error);
}

TEST_F(TlsFilesTest, a_missing_file_is_named) {
  try {
    load_tls(kernel, certificate, folder.path("absent.pem"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_NE(error.message().find("absent.pem"), std::string::npos) << error.message();
  }
}

}  // namespace
}  // namespace strata::app
