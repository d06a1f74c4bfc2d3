"""An existing directory with its running program is adopted, backed up, broken, restored, undone, and runs again."""

import os
import pathlib

import pytest
from stack import ApiError, Stack, wait_for
from trees import differences, small_server, snapshot, write


def processes_inside(directory):
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if os.path.realpath(f"/proc/{entry}/cwd") == str(directory) and b"strata" not in pathlib.Path(f"/proc/{entry}/comm").read_bytes():
                    found.append(int(entry))
            except OSError:
                pass
    return found


def with_node_settings(stack, root, command):
    """Edits wings.yml as the node's own administrator would, and starts the node again."""
    stack.stop()
    path = stack.directory / "wings.yml"
    text = path.read_text()
    text = text.replace("  extra_roots:\n    []\n", f"  extra_roots:\n    - {root}\n")
    assert "  command:\n    {}\n" in text
    text = text.replace("  command:\n    {}\n", command)
    path.write_text(text)
    stack.start()


@pytest.fixture
def adopted(tmp_path):
    root = tmp_path / "srv"
    demo = root / "demo"
    demo.mkdir(parents=True)
    small_server(demo)
    stack = Stack(tmp_path / "data").start()
    hook = tmp_path / "hooks.log"
    with_node_settings(
        stack,
        root,
        "  command:\n    demo:\n      start: [/bin/sh, -c, 'exec sleep 100000']\n      stop_timeout: 5\n      hooks:\n"
        f"        before_backup: [/bin/sh, -c, 'echo before >> {hook}']\n        after_backup: [/bin/sh, -c, 'echo after $STRATA_RESULT >> {hook}']\n",
    )
    stack.configuration("Node disk", assign=("locations", stack.location))
    made = stack.api.post(
        "/api/admin/servers",
        {"name": "demo", "node_uuid": stack.node, "path": str(demo), "runtime": {"kind": "command", "name": "demo"}, "start_on_completion": True},
    )["server"]
    stack.adopted, stack.demo, stack.hook = made["uuid"], demo, hook
    yield stack
    for pid in processes_inside(demo):
        os.kill(pid, 9)
    stack.stop()


def test_a_running_server_is_backed_up_restored_undone_and_runs_again(adopted):
    demo = adopted.demo
    first = wait_for(lambda: processes_inside(demo), "the program to run")
    before = snapshot(demo)
    backup = adopted.backup(server=adopted.adopted)
    assert adopted.hook.read_text() == "before\nafter completed\n"
    assert processes_inside(demo) == first
    write(demo / "server.properties", "broken")
    broken = snapshot(demo)
    adopted.restore(backup, server=adopted.adopted)
    assert differences(before, snapshot(demo)) == []
    second = wait_for(lambda: processes_inside(demo), "the program to run again")
    assert second != first
    adopted.api.post(f"{adopted.backups_path(adopted.adopted)}/undo-restore")
    adopted.restored(adopted.adopted)
    assert differences(broken, snapshot(demo)) == []
    assert wait_for(lambda: processes_inside(demo), "the program to run after the undo") != second


def test_the_program_outlives_the_daemon_and_is_found_again(adopted):
    running = wait_for(lambda: processes_inside(adopted.demo), "the program to run")
    adopted.kill()
    assert processes_inside(adopted.demo) == running
    adopted.start()
    backup = adopted.backup(server=adopted.adopted)
    adopted.restore(backup, server=adopted.adopted)
    after = wait_for(lambda: processes_inside(adopted.demo), "the program to run again")
    assert after != running and len(after) == 1


def test_an_adopted_directory_survives_the_deletion_of_its_server(adopted):
    before = snapshot(adopted.demo)
    adopted.api.delete(f"/api/admin/servers/{adopted.adopted}", {"force": False, "delete_backups": False})
    assert differences(before, snapshot(adopted.demo)) == []


def test_a_runtime_that_the_node_does_not_declare_is_refused(adopted):
    other = adopted.demo.parent / "other"
    other.mkdir()
    with pytest.raises(ApiError) as refused:
        adopted.api.post("/api/admin/servers", {"name": "other", "node_uuid": adopted.node, "path": str(other), "runtime": {"kind": "command", "name": "nothing"}})
    assert "runtimes.command" in refused.value.errors[0]
