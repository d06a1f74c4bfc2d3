"""A backup reported as completed restores byte for byte, or fails loudly before the live server is touched."""

import os
import subprocess
import threading

import pytest
from stack import ApiError, wait_for
from trees import differences, hard_tree, small_server, snapshot, write


@pytest.mark.parametrize("archive_format", ["tar_gz", "tar"])
def test_a_restored_server_is_the_server_that_was_backed_up(assigned, archive_format):
    assigned.api.patch(f"/api/admin/nodes/{assigned.node}/config", {"system": {"backups": {"wings": {"archive_format": archive_format}}}})
    small_server(assigned.server_path)
    before = snapshot(assigned.server_path)
    backup = assigned.backup()
    assert backup["checksum"].startswith("sha1:")
    assert backup["files"] == 6
    write(assigned.server_path / "world/level.dat", "broken")
    write(assigned.server_path / "extra.txt", "extra")
    (assigned.server_path / "logs/latest.log").unlink()
    assigned.restore(backup)
    assert differences(before, snapshot(assigned.server_path)) == []


def test_undo_brings_back_what_the_restore_replaced(assigned):
    small_server(assigned.server_path)
    backup = assigned.backup()
    write(assigned.server_path / "newer.txt", "newer")
    newer = snapshot(assigned.server_path)
    assigned.restore(backup)
    assert not (assigned.server_path / "newer.txt").exists()
    assigned.api.post(f"{assigned.backups_path()}/undo-restore")
    assigned.restored()
    assert differences(newer, snapshot(assigned.server_path)) == []


def test_merge_keeps_what_the_backup_does_not_have(assigned):
    small_server(assigned.server_path)
    backup = assigned.backup()
    write(assigned.server_path / "server.properties", "changed")
    write(assigned.server_path / "extra.txt", "extra")
    assigned.restore(backup, truncate_directory=False)
    assert (assigned.server_path / "extra.txt").read_text() == "extra"
    assert (assigned.server_path / "server.properties").read_text() == "motd=hello\n"


def test_replace_keeps_live_files_that_the_backup_ignored(assigned):
    small_server(assigned.server_path)
    backup = assigned.backup(ignored=["/logs/", "*.dat"])
    write(assigned.server_path / "logs/latest.log", "today")
    assigned.restore(backup)
    assert (assigned.server_path / "logs/latest.log").read_text() == "today"
    assert (assigned.server_path / "world/level.dat").exists()


def test_the_hard_tree_survives_and_what_could_not_be_read_is_listed(assigned):
    hard_tree(assigned.server_path, files=2000, total=60 * 1024 * 1024)
    os.mkfifo(assigned.server_path / "pipe")
    growing = assigned.server_path / "growing.log"
    stop = threading.Event()

    def grow():
        with open(growing, "ab", buffering=0) as file:
            while not stop.is_set():
                file.write(b"one more line\n" * 50)

    writer = threading.Thread(target=grow)
    writer.start()
    backup = assigned.backup()
    stop.set()
    writer.join()
    before = snapshot(assigned.server_path)
    shown = assigned.show(backup)
    assert shown["state"] == "completed_with_warnings"
    warned = {warning["path"] for warning in shown["warnings"]}
    assert "pipe" in warned
    assigned.restore(backup)
    after = snapshot(assigned.server_path)
    for name in (b"pipe", b"growing.log"):
        before.pop(name, None)
        after.pop(name, None)
    assert differences(before, after) == []
    assert os.stat(assigned.server_path / "sparse.img").st_blocks * 512 < 16 * 1024 * 1024


def test_public_tools_read_our_archive(assigned, tmp_path):
    small_server(assigned.server_path)
    before = snapshot(assigned.server_path, times=False)
    backup = assigned.backup()
    archive = assigned.backup_directory / f"{backup['uuid']}.tar.gz"
    for tool in (["gzip", "-t", str(archive)], ["pigz", "-t", str(archive)], ["bsdtar", "tf", str(archive)], ["tar", "tzf", str(archive)]):
        done = subprocess.run(tool, capture_output=True, text=True)
        assert done.returncode == 0 and done.stderr == "", (tool, done.stderr)
    for tool in ("tar", "bsdtar"):
        out = tmp_path / tool
        out.mkdir()
        subprocess.run([tool, "-xpf", str(archive), "-C", str(out)], check=True)
        assert differences(before, snapshot(out, times=False)) == []


def test_an_archive_of_a_reference_node_is_restored(assigned, tmp_path):
    small_server(assigned.server_path)
    backup = assigned.backup()
    ours = assigned.backup_directory / f"{backup['uuid']}.tar.gz"
    foreign = tmp_path / "foreign"
    write(foreign / "from-another-node.txt", "hello")
    write(foreign / "folder/inner.txt", "inner")
    subprocess.run(["tar", "-czf", str(ours), "-C", str(foreign), "from-another-node.txt", "folder"], check=True)
    assigned.restore(backup)
    assert (assigned.server_path / "folder/inner.txt").read_text() == "inner"
    assert not (assigned.server_path / "server.properties").exists()


@pytest.mark.parametrize("damage", ["flip", "truncate", "missing"])
def test_a_damaged_archive_fails_before_the_live_tree_is_touched(assigned, damage):
    small_server(assigned.server_path)
    backup = assigned.backup()
    archive = assigned.backup_directory / f"{backup['uuid']}.tar.gz"
    if damage == "flip":
        content = bytearray(archive.read_bytes())
        content[len(content) // 3] ^= 0x10
        archive.write_bytes(content)
    elif damage == "truncate":
        os.truncate(archive, archive.stat().st_size // 2)
    else:
        archive.unlink()
    write(assigned.server_path / "precious.txt", "precious")
    before = snapshot(assigned.server_path)
    try:
        assigned.start_restore(backup)
        assert assigned.restored() == "backup_restore_failed"
    except ApiError as refused:
        assert 400 <= refused.status < 500
    assert differences(before, snapshot(assigned.server_path)) == []
    leftovers = [path for path in assigned.server_path.parent.rglob("*") if path.name == "root" and ".strata-restore" in str(path)]
    assert leftovers == []


def test_after_a_failed_restore_the_server_is_unlocked_by_its_user(assigned):
    small_server(assigned.server_path)
    backup = assigned.backup()
    archive = assigned.backup_directory / f"{backup['uuid']}.tar.gz"
    content = bytearray(archive.read_bytes())
    content[len(content) // 3] ^= 0x10
    archive.write_bytes(content)
    try:
        assigned.start_restore(backup)
    except ApiError:
        return
    assert assigned.restored() == "backup_restore_failed"
    assigned.api.post(f"{assigned.backups_path()}/unlock")
    assert assigned.server_status() is None


def test_a_download_is_the_archive_and_honours_ranges(assigned):
    small_server(assigned.server_path)
    backup = assigned.backup()
    stored = (assigned.backup_directory / f"{backup['uuid']}.tar.gz").read_bytes()
    url = assigned.api.get(f"{assigned.backups_path()}/{backup['uuid']}/download")["url"]
    path = url.split("://", 1)[1].split("/", 1)[1]
    status, headers, body = assigned.api.request("GET", "/" + path)
    assert (status, body) == (200, stored)
    assert backup["uuid"] in headers["Content-Disposition"]
    # The same download may go on with ranges, but a link is for one download.
    status, headers, body = assigned.api.request("GET", "/" + path, headers={"Range": "bytes=100-199"})
    assert (status, body) == (206, stored[100:200])
    assert headers["Content-Range"] == f"bytes 100-199/{len(stored)}"
    assert assigned.api.request("GET", "/" + path)[0] == 401


def test_a_deleted_backup_is_gone_from_the_list_and_the_disk(assigned):
    small_server(assigned.server_path)
    backup = assigned.backup()
    assigned.api.delete(f"{assigned.backups_path()}/{backup['uuid']}")

    def gone():
        return assigned.api.get(assigned.backups_path())["backups"]["total"] == 0

    wait_for(gone, "the backup to leave the list")
    assert [path.name for path in assigned.backup_directory.iterdir() if backup["uuid"] in path.name] == []


def test_a_running_backup_can_be_cancelled_and_leaves_nothing(assigned):
    assigned.api.patch(f"/api/admin/nodes/{assigned.node}/config", {"system": {"backups": {"write_limit": 1}}})
    write(assigned.server_path / "large.bin", os.urandom(30 * 1024 * 1024))
    backup = assigned.start_backup()
    wait_for(lambda: (assigned.show(backup)["progress"] or {}).get("bytes", 0) > 0, "some progress")
    assigned.api.post(f"{assigned.backups_path()}/{backup['uuid']}/cancel")
    ended = assigned.finished(backup)
    assert not ended["is_successful"]
    assert ended["state"] == "cancelled"
    assert [path.name for path in assigned.backup_directory.iterdir() if backup["uuid"] in path.name or path.name.startswith(".tmp-")] == []


def test_verify_finds_a_flipped_bit(assigned):
    small_server(assigned.server_path)
    backup = assigned.backup()
    verify = f"{assigned.backups_path()}/{backup['uuid']}/verify"
    assigned.api.post(verify)
    wait_for(lambda: assigned.show(backup)["verified"], "the verification")
    assert assigned.show(backup)["verified"]["intact"]
    archive = assigned.backup_directory / f"{backup['uuid']}.tar.gz"
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 1
    archive.write_bytes(content)
    assigned.api.post(verify)
    wait_for(lambda: not assigned.show(backup)["verified"]["intact"], "the damage to be seen")
