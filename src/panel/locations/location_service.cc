#include "strata/panel/locations/location_service.h"

#include "strata/database/transaction.h"
#include "strata/panel/configurations/configuration_repository.h"
#include "strata/panel/locations/location_repository.h"
#include "strata/panel/nodes/node_repository.h"
#include "strata/panel/rules/service_rules.h"

namespace strata::panel {

using database::Connection;
using database::Transaction;
using database::with_transaction;

namespace {

constexpr std::string_view kWhat = "location";

void check_relations(Connection& connection, const LocationRecord& location) {
  Relations relations;
  relations.require(ConfigurationRepository(connection).exists_if_given(location.configuration),
                    "backup_configuration");
  relations.check();
}

boost::json::object facts_of(const LocationRecord& location) {
  boost::json::object facts{
      {"uuid", location.uuid.text()}, {"name", location.name}, {"backup_configuration_uuid", nullptr}};
  if (location.configuration) facts["backup_configuration_uuid"] = location.configuration->text();
  return facts;
}

}  // namespace

wire::Page<wire::Location> LocationService::list(const wire::PageQuery& query) {
  Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
  return LocationRepository(snapshot.connection()).list(query);
}

wire::Location LocationService::show(LocationId id) {
  auto connection = foundation_.database.reader();
  return LocationRepository(connection).show(id);
}

wire::Page<wire::Node> LocationService::nodes(LocationId id, const wire::PageQuery& query) {
  Transaction snapshot(foundation_.database, Transaction::Mode::kRead);
  LocationRepository(snapshot.connection()).get(id);
  return NodeRepository(snapshot.connection()).list(query, {.location = id});
}

wire::Location LocationService::create(const wire::CreateLocation& request, const Actor& actor) {
  const LocationRecord made{.uuid = LocationId::random(),
                            .configuration = request.backup_configuration_uuid,
                            .name = request.name,
                            .description = unless_blank(request.description),
                            .flag = request.flag,
                            .created = foundation_.clock.now()};
  return with_transaction(foundation_.database, [&](Connection& connection) {
    check_relations(connection, made);
    LocationRepository locations(connection);
    with_unique_name(kWhat, [&] { locations.insert(made); });
    record_activity(connection, made.created, actor, {.event = "location:create", .data = facts_of(made)});
    return locations.show(made.uuid);
  });
}

void LocationService::update(LocationId id, const wire::UpdateLocation& request, const Actor& actor) {
  with_transaction(foundation_.database, [&](Connection& connection) {
    LocationRepository locations(connection);
    auto location = locations.get(id);
    request.backup_configuration_uuid.apply_to(location.configuration);
    location.name = request.name.value_or(location.name);
    apply_text(request.description, location.description);
    request.flag.apply_to(location.flag);
    check_relations(connection, location);
    with_unique_name(kWhat, [&] { locations.update(location); });
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "location:update", .data = facts_of(location)});
  });
}

void LocationService::remove(LocationId id, const Actor& actor) {
  with_transaction(foundation_.database, [&](Connection& connection) {
    LocationRepository locations(connection);
    const auto location = locations.get(id);
    if (locations.has_nodes(id)) throw Error(ErrorKind::kConflict, "location has nodes, cannot delete");
    if (locations.has_hidden_nodes(id)) {
      throw Error(ErrorKind::kConflict, "a deleted node of this location still holds backups, cannot delete");
    }
    locations.remove(id);
    record_activity(connection, foundation_.clock.now(), actor,
                    {.event = "location:delete", .data = {{"uuid", id.text()}, {"name", location.name}}});
  });
}

}  // namespace strata::panel
