#include "strata/wire/locations.h"

#include "strata/describe/object.h"

namespace strata::wire {

using describe::object;

const describe::Schema& schema_of(std::type_identity<Location>) {
  static const auto schema = object<Location>("Location")
                                 .field("uuid", &Location::uuid)
                                 .field("backup_configuration", &Location::backup_configuration)
                                 .field("name", &Location::name)
                                 .field("description", &Location::description)
                                 .field("flag", &Location::flag)
                                 .field("created", &Location::created)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<CreateLocation>) {
  static const auto schema = object<CreateLocation>("CreateLocation")
                                 .field("backup_configuration_uuid", &CreateLocation::backup_configuration_uuid)
                                 .field("name", &CreateLocation::name)
                                 .length(1, 255)
                                 .field("description", &CreateLocation::description)
                                 .length(0, 1024)
                                 .field("flag", &CreateLocation::flag)
                                 .length(2, 2)
                                 .build();
  return schema;
}

const describe::Schema& schema_of(std::type_identity<UpdateLocation>) {
  static const auto schema = object<UpdateLocation>("UpdateLocation")
                                 .field("backup_configuration_uuid", &UpdateLocation::backup_configuration_uuid)
                                 .field("name", &UpdateLocation::name)
                                 .length(1, 255)
                                 .field("description", &UpdateLocation::description)
                                 .length(0, 1024)
                                 .field("flag", &UpdateLocation::flag)
                                 .length(2, 2)
                                 .build();
  return schema;
}

}  // namespace strata::wire
