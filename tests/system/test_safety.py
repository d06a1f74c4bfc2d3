"""Hostile and unlucky servers: links out of the root, processes inside, kills at any moment."""

import os
import random
import subprocess
import time

import pytest
from stack import ApiError, Stack, wait_for
from trees import differences, small_server, snapshot, write


def test_a_planted_link_never_leads_a_restore_outside(assigned, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    write(outside / "canary", "alive")
    small_server(assigned.server_path)
    backup = assigned.backup()
    (assigned.server_path / "world/level.dat").unlink()
    (assigned.server_path / "world/region/r.0.0.mca").unlink()
    (assigned.server_path / "world/region").rmdir()
    (assigned.server_path / "world").rmdir()
    (assigned.server_path / "world").symlink_to(outside)
    for truncate in (False, True):
        assigned.restore(backup, truncate_directory=truncate)
        assert sorted(os.listdir(outside)) == ["canary"]
        assert not (assigned.server_path / "world").is_symlink()


def test_a_link_to_outside_is_stored_as_a_link(assigned, tmp_path):
    secret = write(tmp_path / "secret.txt", "TOPSECRET" * 100)
    (assigned.server_path / "leak").symlink_to(secret)
    (assigned.server_path / "leaks").symlink_to(tmp_path)
    backup = assigned.backup()
    listing = subprocess.run(["tar", "tvzf", str(assigned.backup_directory / f"{backup['uuid']}.tar.gz")], capture_output=True, text=True, check=True).stdout
    assert f"leak -> {secret}" in listing
    assert "secret.txt" not in listing.replace(f"-> {secret}", "")


def test_a_process_inside_a_server_without_runtime_refuses_a_replace(assigned):
    small_server(assigned.server_path)
    backup = assigned.backup()
    before = snapshot(assigned.server_path)
    inside = subprocess.Popen(["sleep", "300"], cwd=assigned.server_path)
    try:
        with pytest.raises(ApiError) as refused:
            assigned.start_restore(backup)
            if assigned.restored() == "backup_restore_failed":
                assigned.api.post(f"{assigned.backups_path()}/unlock")
                raise ApiError(417, b'{"errors":["' + assigned.log_text().encode()[-3000:].replace(b'"', b"'").replace(b"\n", b" ") + b'"]}')
        assert str(inside.pid) in refused.value.errors[0]
        assert "sleep" in refused.value.errors[0]
        assert differences(before, snapshot(assigned.server_path)) == []
    finally:
        inside.kill()
        inside.wait()


def no_temporary_files(stack):
    return [str(path) for path in stack.directory.rglob(".tmp-*")]


@pytest.mark.parametrize("seed", range(4))
def test_killed_during_a_backup_the_panel_tells_the_truth(tmp_path, seed):
    stack = Stack(tmp_path / "data").start()
    try:
        stack.configuration("Node disk", assign=("locations", stack.location))
        small_server(stack.server_path)
        earlier = stack.backup()
        write(stack.server_path / "large.bin", os.urandom(40 * 1024 * 1024))
        backup = stack.start_backup()
        time.sleep(random.Random(seed).uniform(0, 0.6))
        stack.kill()
        stack.start()
        ended = stack.finished(backup, seconds=15)
        archive = stack.backup_directory / f"{backup['uuid']}.tar.gz"
        assert ended["is_successful"] == archive.exists()
        assert no_temporary_files(stack) == []
        if ended["is_successful"]:
            assert subprocess.run(["gzip", "-t", str(archive)]).returncode == 0
        stack.restore(earlier)
    finally:
        stack.stop()


@pytest.mark.parametrize("seed", range(6))
def test_killed_during_a_restore_the_live_tree_is_all_old_or_all_new(tmp_path, seed):
    stack = Stack(tmp_path / "data").start()
    try:
        stack.configuration("Node disk", assign=("locations", stack.location))
        small_server(stack.server_path)
        for i in range(300):
            write(stack.server_path / f"many/{i % 20}/{i}.bin", os.urandom(20_000))
        new = snapshot(stack.server_path)
        backup = stack.backup()
        for i in range(150):
            write(stack.server_path / f"many/{i % 20}/{i}.bin", "changed")
        write(stack.server_path / "extra.txt", "extra")
        old = snapshot(stack.server_path)
        stack.start_restore(backup)
        time.sleep(random.Random(seed).uniform(0, 0.4))
        stack.kill()
        stack.start()
        stack.restored(seconds=15)
        live = snapshot(stack.server_path)
        assert differences(old, live) == [] or differences(new, live) == []
        assert no_temporary_files(stack) == []
        status = stack.server_status()
        assert (differences(new, live) == []) == (status is None), status
    finally:
        stack.stop()


@pytest.mark.parametrize("seed", range(3))
def test_killed_during_a_delete_the_backup_is_gone_in_the_end(tmp_path, seed):
    stack = Stack(tmp_path / "data").start()
    try:
        stack.configuration("Node disk", assign=("locations", stack.location))
        small_server(stack.server_path)
        backup = stack.backup()
        stack.api.delete(f"{stack.backups_path()}/{backup['uuid']}")
        time.sleep(random.Random(seed).uniform(0, 0.05))
        stack.kill()
        stack.start()
        wait_for(lambda: stack.api.get(stack.backups_path())["backups"]["total"] == 0, "the deletion to finish", 15)
        assert [path.name for path in stack.backup_directory.iterdir() if backup["uuid"] in path.name] == []
    finally:
        stack.stop()


def test_a_stop_and_start_keeps_everything(tmp_path):
    stack = Stack(tmp_path / "data").start()
    stack.configuration("Node disk", assign=("locations", stack.location))
    small_server(stack.server_path)
    backup = stack.backup()
    stack.stop()
    assert stack.process.returncode == 0
    stack.start()
    try:
        assert stack.show(backup)["is_successful"]
        stack.restore(backup)
    finally:
        stack.stop()
