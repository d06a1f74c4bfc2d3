"""Reads a directory tree into plain data, without any code of the product, so that two trees can be compared."""

import hashlib
import os
import pathlib
import random
import stat


def snapshot(root, times=True, owners=False):
    """{relative bytes path: facts} of everything beneath root."""
    root = os.fsencode(root)
    found = {}
    groups = {}

    def visit(directory, prefix):
        for entry in sorted(os.listdir(directory)):
            if not prefix and entry == b".strata-restore":
                continue
            path = os.path.join(directory, entry)
            name = prefix + entry
            info = os.lstat(path)
            facts = {"kind": stat.S_IFMT(info.st_mode)}
            if not stat.S_ISLNK(info.st_mode):
                facts["mode"] = stat.S_IMODE(info.st_mode)
                facts["xattrs"] = {a: os.getxattr(path, a) for a in os.listxattr(path) if a.startswith("user.")}
            if times:
                facts["mtime"] = info.st_mtime_ns
            if owners:
                facts["owner"] = (info.st_uid, info.st_gid)
            if stat.S_ISLNK(info.st_mode):
                facts["target"] = os.readlink(path)
            elif stat.S_ISREG(info.st_mode):
                digest = hashlib.sha256()
                with open(path, "rb") as file:
                    for block in iter(lambda: file.read(1 << 20), b""):
                        digest.update(block)
                facts["size"] = info.st_size
                facts["sha256"] = digest.hexdigest()
                if info.st_nlink > 1:
                    facts["group"] = groups.setdefault((info.st_dev, info.st_ino), name)
            found[name] = facts
            if stat.S_ISDIR(info.st_mode):
                visit(path, name + b"/")

    visit(root, b"")
    return found


def differences(before, after, limit=20):
    """Sentences, one for each path that differs."""
    said = []
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            said.append(f"missing: {path!r}")
        elif path not in before:
            said.append(f"extra: {path!r}")
        elif before[path] != after[path]:
            changed = {k: (before[path].get(k), after[path].get(k)) for k in before[path].keys() | after[path].keys() if before[path].get(k) != after[path].get(k)}
            said.append(f"differs: {path!r}: {changed}")
        if len(said) >= limit:
            break
    return said


def write(path, content=b"", mode=None, mtime_ns=None):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if mode is not None:
        path.chmod(mode)
    if mtime_ns is not None:
        os.utime(path, ns=(mtime_ns, mtime_ns), follow_symlinks=False)
    return path


def small_server(root):
    """A handful of files of every common kind."""
    write(root / "server.properties", "motd=hello\n", 0o640, 1_700_000_000_123_456_789)
    write(root / "world/level.dat", os.urandom(70_000))
    write(root / "world/region/r.0.0.mca", os.urandom(300_000))
    write(root / "logs/latest.log", "line\n" * 5000)
    write(root / "empty")
    (root / "plugins").mkdir(exist_ok=True)
    (root / "link").symlink_to("world/level.dat")


def hard_tree(root, files, total, seed=1):
    """What issue after issue got wrong elsewhere: deep folders, odd names, links in, out and dangling, hard links, holes, empty files,
    nanosecond times, odd modes, attributes; `files` regular files of about `total` bytes in all."""
    source = random.Random(seed)
    root = os.fsencode(root)
    average = max(1, total // files)
    for i in range(files):
        folder = b"d%02d/e%02d/f%d" % (i % 40, i // 40 % 25, i % 3)
        directory = os.path.join(root, folder)
        os.makedirs(directory, exist_ok=True)
        names = [b"file-%06d.bin" % i, "größe-%06d-日本.txt".encode() % i, b"latin\xe9-\xff-%06d" % i, b"with space and \n newline %06d" % i]
        path = os.path.join(directory, names[i % 4 if i % 11 == 0 else 0])
        size = 0 if i % 97 == 0 else source.randrange(1, 2 * average)
        with open(path, "wb") as file:
            file.write(source.randbytes(size) if i % 2 else (b"text %06d\n" % i) * (size // 12 + 1))
        os.chmod(path, source.choice([0o644, 0o600, 0o755, 0o400, 0o777, 0o640]))
        when = source.randrange(10**17, 18 * 10**17)
        os.utime(path, ns=(when, when))
        if i % 50 == 0:
            os.setxattr(path, b"user.strata.test", b"value %d" % i)
        if i % 70 == 0:
            os.link(path, path + b".hard")
        if i % 90 == 0:
            os.symlink(os.path.basename(path), path + b".in")
            os.symlink(b"/etc/hostname", path + b".out")
            os.symlink(b"../../nowhere/" + b"x" * 150, path + b".dangling")
    deep = root
    for level in range(60):
        deep = os.path.join(deep, b"level%02d" % level)
    os.makedirs(deep)
    with open(os.path.join(deep, b"bottom"), "wb") as file:
        file.write(b"here")
    with open(os.path.join(root, b"sparse.img"), "wb") as file:
        file.truncate(256 * 1024 * 1024)
        file.seek(100 * 1024 * 1024)
        file.write(b"data in the middle")
    os.makedirs(os.path.join(root, b"empty directory"), exist_ok=True)
    os.chmod(os.path.join(root, b"empty directory"), 0o711)
