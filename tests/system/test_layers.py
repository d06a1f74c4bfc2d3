"""The most specific assignment wins; maintenance on the winner blocks; nothing falls through."""

import pytest
from stack import ApiError


def explain(stack):
    return stack.api.get(f"/api/admin/servers/{stack.server}/explain")


def test_the_most_specific_assignment_wins(stack):
    stack.configuration("For the location", assign=("locations", stack.location))
    assert explain(stack)["layer"] == "location"
    stack.configuration("For the node", assign=("nodes", stack.node))
    assert (explain(stack)["layer"], explain(stack)["configuration"]["name"]) == ("node", "For the node")
    stack.configuration("For the server", assign=("servers", stack.server))
    assert (explain(stack)["layer"], explain(stack)["configuration"]["name"]) == ("server", "For the server")
    stack.api.patch(f"/api/admin/servers/{stack.server}", {"backup_configuration_uuid": None})
    assert explain(stack)["layer"] == "node"


def test_without_any_assignment_a_backup_fails_and_nothing_is_created(stack):
    assert explain(stack)["layer"] is None
    with pytest.raises(ApiError) as refused:
        stack.start_backup()
    assert refused.value.status == 417
    assert "backup configuration" in refused.value.errors[0]
    assert stack.api.get(stack.backups_path())["backups"]["total"] == 0


def test_maintenance_on_the_winner_blocks_without_falling_back(stack):
    stack.configuration("Wide", assign=("locations", stack.location))
    narrow = stack.configuration("Narrow", assign=("nodes", stack.node))
    stack.api.patch(f"/api/admin/backup-configurations/{narrow['uuid']}", {"maintenance_enabled": True})
    with pytest.raises(ApiError) as refused:
        stack.start_backup()
    text = refused.value.errors[0]
    assert refused.value.status == 417
    assert "maintenance" in text and "Narrow" in text and "node" in text
    assert explain(stack)["blocked"]
    assert stack.api.get(stack.backups_path())["backups"]["total"] == 0
    stack.api.patch(f"/api/admin/backup-configurations/{narrow['uuid']}", {"maintenance_enabled": False})
    assert stack.backup()["is_successful"]


def test_a_configuration_in_use_is_not_deleted_without_force(stack):
    used = stack.configuration("Used", assign=("locations", stack.location))
    with pytest.raises(ApiError) as refused:
        stack.api.delete(f"/api/admin/backup-configurations/{used['uuid']}")
    assert refused.value.status == 409
    assert stack.api.get(f"/api/admin/backup-configurations/{used['uuid']}")
