"""Wrong input gets a clear answer and leaves nothing half-made."""

import uuid

import pytest
from stack import Api, ApiError


def refused(call):
    with pytest.raises(ApiError) as error:
        call()
    return error.value


def test_every_wrong_field_is_named_at_once(stack):
    error = refused(lambda: stack.api.post("/api/admin/backup-configurations", {"name": "", "description": "x" * 2000, "backup_disk": "floppy", "backup_configs": {}}))
    assert error.status == 400
    text = " ".join(error.errors)
    for field in ("name", "description", "backup_disk"):
        assert field in text
    assert stack.api.get("/api/admin/backup-configurations")["backup_configurations"]["total"] == 0


def test_a_body_over_its_limit_is_413(stack):
    status, _, _ = stack.api.request("POST", "/api/admin/locations", body=b'{"name":"' + b"x" * (5 * 1024 * 1024) + b'"}', headers={"Content-Type": "application/json"})
    assert status == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"name": 7}', b'{"name":"\\u0000"}', b"\xff\xfe"])
def test_malformed_json_is_400(stack, body):
    status, headers, answer = stack.api.request("POST", "/api/admin/locations", body=body, headers={"Content-Type": "application/json"})
    assert status == 400
    assert b"errors" in answer


def test_unknown_ids_are_404(stack):
    nobody = str(uuid.uuid4())
    for path in (f"/api/admin/locations/{nobody}", f"/api/admin/nodes/{nobody}", f"/api/admin/servers/{nobody}", f"/api/admin/backup-configurations/{nobody}",
                 f"/api/client/servers/{nobody}/backups", f"{stack.backups_path()}/{nobody}"):
        assert refused(lambda path=path: stack.api.get(path)).status == 404, path
    assert refused(lambda: stack.api.get("/api/admin/locations/not-a-uuid")).status == 400


def test_nobody_and_wrong_keys_are_401(stack):
    for key in (None, "wrong", stack.ready["api_key"] + "x"):
        for path in ("/api/admin/locations", stack.backups_path(), "/api/remote/servers"):
            assert refused(lambda key=key, path=path: Api(stack.ready["panel_url"], key).get(path)).status == 401, (key, path)


def test_the_node_refuses_a_stranger(stack):
    wings = Api(stack.ready["wings_url"], "0" * 64)
    assert refused(lambda: wings.post(f"/api/servers/{stack.server}/backup", {"adapter": "wings", "uuid": str(uuid.uuid4()), "ignore": ""})).status == 401


def test_an_adopted_directory_outside_the_extra_roots_is_refused_and_nothing_is_created(stack, tmp_path):
    before = stack.api.get("/api/admin/servers")["servers"]["total"]
    error = refused(lambda: stack.api.post("/api/admin/servers", {"name": "stolen", "node_uuid": stack.node, "path": "/etc"}))
    assert 400 <= error.status < 500
    assert "extra_roots" in error.errors[0]
    assert stack.api.get("/api/admin/servers")["servers"]["total"] == before


def test_only_allowed_keys_of_a_node_can_be_changed_from_the_panel(stack):
    error = refused(lambda: stack.api.patch(f"/api/admin/nodes/{stack.node}/config", {"system": {"data": "/"}}))
    assert error.status == 400
    assert "system.data" in error.errors[0]
