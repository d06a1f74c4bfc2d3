#include "strata/wire/nodes.h"

#include "strata/describe/object.h"
#include "strata/describe/predicates.h"

namespace strata::wire {

using describe::object;

const describe::Schema& schema_of(std::type_identity<Node>) {
  static const auto schema = object<Node>("Node")
                                 .field("uuid", &Node::uuid)
                                 .field("location", &Node::location)
                                 .field("backup_configuration", &Node::backup_configuration)
                                 .field("name", &Node::name)
                                 .field("description", &Node::description)
                                 .field("deployment_enabled", &Node::deployment_enabled)
                                 .field("maintenance_enabled", &Node::maintenance_enabled)
                                 .field("public_url", &Node::public_url)
                                 .field("url", &Node::url)
                                 .field("sftp_host", &Node::sftp_host)
                                 .field("sftp_port", &Node::sftp_port)
                                 .field("memory", &Node::memory)
                                 .field("disk", &Node::disk)
                                 .field("created", &Node::created)
                                 .field("last_seen", &Node::last_seen)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreateNode>) {
  static const auto schema = object<CreateNode>("CreateNode")
                                 .field("location_uuid", &CreateNode::location_uuid)
                                 .field("backup_configuration_uuid", &CreateNode::backup_configuration_uuid)
                                 .field("name", &CreateNode::name)
                                 .length(1, 255)
                                 .field("description", &CreateNode::description)
                                 .length(0, 1024)
                                 .field("deployment_enabled", &CreateNode::deployment_enabled)
                                 .defaulted()
                                 .field("maintenance_enabled", &CreateNode::maintenance_enabled)
                                 .defaulted()
                                 .field("public_url", &CreateNode::public_url)
                                 .length(3, 255)
                                 .must(describe::http_url())
                                 .field("url", &CreateNode::url)
                                 .length(3, 255)
                                 .must(describe::http_url())
                                 .field("sftp_host", &CreateNode::sftp_host)
                                 .length(3, 255)
                                 .field("sftp_port", &CreateNode::sftp_port)
                                 .defaulted()
                                 .at_least(1)
                                 .field("memory", &CreateNode::memory)
                                 .defaulted()
                                 .at_least(0)
                                 .field("disk", &CreateNode::disk)
                                 .defaulted()
                                 .at_least(0)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UpdateNode>) {
  static const auto schema = object<UpdateNode>("UpdateNode")
                                 .field("location_uuid", &UpdateNode::location_uuid)
                                 .field("backup_configuration_uuid", &UpdateNode::backup_configuration_uuid)
                                 .field("name", &UpdateNode::name)
                                 .length(1, 255)
                                 .field("description", &UpdateNode::description)
                                 .length(0, 1024)
                                 .field("deployment_enabled", &UpdateNode::deployment_enabled)
                                 .field("maintenance_enabled", &UpdateNode::maintenance_enabled)
                                 .field("public_url", &UpdateNode::public_url)
                                 .length(3, 255)
                                 .must(describe::http_url())
                                 .field("url", &UpdateNode::url)
                                 .length(3, 255)
                                 .must(describe::http_url())
                                 .field("sftp_host", &UpdateNode::sftp_host)
                                 .length(3, 255)
                                 .field("sftp_port", &UpdateNode::sftp_port)
                                 .at_least(1)
                                 .field("memory", &UpdateNode::memory)
                                 .at_least(0)
                                 .field("disk", &UpdateNode::disk)
                                 .at_least(0)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<NodeCredentials>) {
  static const auto schema = object<NodeCredentials>("NodeCredentials")
                                 .field("token_id", &NodeCredentials::token_id)
                                 .field("token", &NodeCredentials::token)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<JoinCode>) {
  static const auto schema =
      object<JoinCode>("JoinCode").field("code", &JoinCode::code).field("expires", &JoinCode::expires).build();
  return schema;
}

}  // namespace strata::wire
