#include "strata/wings/panel/panel_client.h"

#include <gtest/gtest.h>

#include "strata/base/error.h"
#include "strata/wings/panel/panel_fake.h"

namespace strata::wings {
namespace {

class PanelClientTest : public testing::Test {
 protected:
  ErrorKind failure_of(const std::function<void(PanelClient&)>& call, Configuration values) {
    ConfigurationStore configuration{std::move(values)};
    PanelClient client(configuration, boot, {}, log);
    try {
      call(client);
    } catch (const Error& error) {
      return error.kind();
    }
    ADD_FAILURE() << "the call succeeded";
    return ErrorKind::kInternal;
  }

  FakePanel panel;
  Log log{LogLevel::kError};
  BootId boot = BootId::random();
};

TEST_F(PanelClientTest, a_reset_carries_the_start_and_what_goes_on) {
  ConfigurationStore configuration{panel.configuration_of_node()};
  PanelClient client(configuration, boot, {}, log);
  wire::ResetRequest request;
  request.boot = boot;
  request.operations.push_back({.operation = OperationId::random(), .phase = "queued"});
  client.reset(request);
  const auto received = panel.received();
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].path, "servers/reset");
  EXPECT_EQ(received[0].boot, boot.text());
  EXPECT_EQ(received[0].body.at("boot"), boot.text().c_str());
  EXPECT_EQ(received[0].body.at("operations").as_array().size(), 1u);
}

TEST_F(PanelClientTest, servers_are_listed_over_all_pages) {
  for (int i = 0; i < 7; ++i) {
    wire::RemoteServerSettings server;
    server.uuid = ServerId::random();
    panel.servers.push_back(server);
  }
  auto values = panel.configuration_of_node();
  values.remote_query.boot_servers_per_page = 3;
  ConfigurationStore configuration{values};
  PanelClient client(configuration, boot, {}, log);
  const auto servers = client.servers();
  ASSERT_EQ(servers.size(), 7u);
  EXPECT_EQ(servers[6].settings.uuid, panel.servers[6].uuid);
  EXPECT_EQ(client.server(panel.servers[2].uuid).settings.uuid, panel.servers[2].uuid);
}

TEST_F(PanelClientTest, a_server_that_the_panel_does_not_know_is_not_found) {
  EXPECT_EQ(failure_of([](PanelClient& client) { client.server(ServerId::random()); }, panel.configuration_of_node()),
            ErrorKind::kNotFound);
}

TEST_F(PanelClientTest, wrong_credentials_are_told_apart_from_an_absent_panel) {
  auto values = panel.configuration_of_node();
  values.token = Secret("wrong");
  EXPECT_EQ(failure_of([](PanelClient& client) { client.servers(); }, values), ErrorKind::kUnauthorized);
  panel.stop();
  EXPECT_EQ(failure_of([](PanelClient& client) { client.servers(); }, panel.configuration_of_node()),
            ErrorKind::kUnavailable);
}

TEST_F(PanelClientTest, a_node_that_has_not_joined_says_how) {
  EXPECT_EQ(failure_of([](PanelClient& client) { client.servers(); }, Configuration{}), ErrorKind::kUnavailable);
}

TEST_F(PanelClientTest, a_redirect_is_no_answer) {
  panel.answer_next({301});
  EXPECT_EQ(failure_of([](PanelClient& client) { client.reset({}); }, panel.configuration_of_node()),
            ErrorKind::kUnavailable);
}

TEST_F(PanelClientTest, a_header_that_cannot_be_sent_does_not_stop_the_others) {
  auto values = panel.configuration_of_node();
  values.remote_headers.set("CF-Access", "token");
  values.remote_headers.set("bad name", "x");
  values.remote_headers.set("Authorization", "Bearer something else");
  ConfigurationStore configuration{values};
  PanelClient(configuration, boot, {}, log).reset({});
  EXPECT_EQ(panel.received().size(), 1u);
}

}  // namespace
}  // namespace strata::wings
