"""A real `strata up` in a directory of its own, and a small HTTP client. Shares no code with the product."""

import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.parse

STRATA = os.environ.get("STRATA", str(pathlib.Path(__file__).parents[2] / "build/release/bin/strata"))


class ApiError(Exception):
    def __init__(self, status, body):
        self.status = status
        self.body = body
        try:
            self.errors = json.loads(body).get("errors") or [json.loads(body).get("error")]
        except (ValueError, AttributeError):
            self.errors = [body.decode(errors="replace")]
        super().__init__(f"{status}: {self.errors}")


class Api:
    """Calls one base URL with a bearer key."""

    def __init__(self, base, key=None):
        self.base = urllib.parse.urlsplit(base)
        self.key = key

    def request(self, method, path, body=None, headers=None, timeout=60):
        connection = http.client.HTTPConnection(self.base.hostname, self.base.port, timeout=timeout)
        sent = {"Accept": "application/json"}
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        try:
            try:
                connection.request(method, path, body=body, headers=sent)
            except BrokenPipeError:
                pass  # refused before the whole body was sent: the answer is there to be read
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def call(self, method, path, body=None):
        status, _, raw = self.request(method, path, body)
        if status >= 400:
            raise ApiError(status, raw)
        return json.loads(raw) if raw else {}

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, {} if body is None else body)

    def patch(self, path, body):
        return self.call("PATCH", path, body)

    def delete(self, path, body=None):
        return self.call("DELETE", path, body)


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what, seconds=60.0, every=0.05):
    """Returns the first true value of condition(); fails by name when it does not come."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for: {what}")
        time.sleep(every)


class Stack:
    """One data directory; can be started, killed and started again."""

    def __init__(self, directory, sample=False, environment=None):
        self.directory = pathlib.Path(directory)
        self.port = free_port()
        self.sample = sample
        self.environment = environment or {}
        self.process = None
        self.ready = None

    def start(self):
        ready = self.directory.parent / (self.directory.name + ".ready.json")
        ready.unlink(missing_ok=True)
        command = [STRATA, "up", "--data", str(self.directory), "--listen", f"127.0.0.1:{self.port}", "--ready-file", str(ready)]
        if not self.sample:
            command.append("--no-sample")
        self.log = open(self.directory.parent / (self.directory.name + ".log"), "ab")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, env={**os.environ, "STRATA_RATE_LIMITS": "off", **self.environment})

        def is_ready():
            if self.process.poll() is not None:
                raise AssertionError(f"strata up ended with {self.process.returncode}:\n{self.log_text()[-4000:]}")
            return ready.exists()

        wait_for(is_ready, "the ready file", 60)
        self.ready = json.loads(ready.read_text())
        self.api = Api(self.ready["panel_url"], self.ready["api_key"])
        self.server = self.ready["server_uuid"]
        self.node = self.ready["node_uuid"]
        self.location = self.ready["location_uuid"]
        self.server_path = pathlib.Path(self.ready["server_path"])
        self.backup_directory = self.directory / "backups"
        return self

    def log_text(self):
        return (self.directory.parent / (self.directory.name + ".log")).read_text(errors="replace")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(30)

    def cli(self, *arguments, check=True, timeout=120):
        """Runs a client verb the way a script does; returns the completed process."""
        environment = {**os.environ, "STRATA_URL": self.ready["panel_url"], "STRATA_API_KEY": self.ready["api_key"]}
        done = subprocess.run([STRATA, *arguments], capture_output=True, text=True, timeout=timeout, env=environment)
        if check and done.returncode != 0:
            raise AssertionError(f"strata {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    # What most tests need, in one line each.

    def configuration(self, name, assign=None, **fields):
        body = {"name": name, "backup_disk": "local", "backup_configs": {}, "maintenance_enabled": False, "shared": False, **fields}
        made = self.api.post("/api/admin/backup-configurations", body)["backup_configuration"]
        if assign:
            kind, identity = assign
            self.api.patch(f"/api/admin/{kind}/{identity}", {"backup_configuration_uuid": made["uuid"]})
        return made

    def backups_path(self, server=None):
        return f"/api/client/servers/{server or self.server}/backups"

    def start_backup(self, server=None, ignored=(), name=None):
        body = {"ignored_files": list(ignored)}
        if name:
            body["name"] = name
        return self.api.post(self.backups_path(server), body)["backup"]

    def show(self, backup, server=None):
        return self.api.get(f"{self.backups_path(server)}/{backup['uuid']}")["backup"]

    def finished(self, backup, server=None, seconds=120):
        def done():
            shown = self.show(backup, server)
            return shown if shown["completed"] else None

        return wait_for(done, f"backup {backup['uuid']} to end", seconds)

    def backup(self, server=None, **how):
        done = self.finished(self.start_backup(server, **how), server)
        assert done["is_successful"], done
        return done

    def start_restore(self, backup, server=None, **how):
        return self.api.post(f"{self.backups_path(server)}/{backup['uuid']}/restore", {"truncate_directory": True, **how})

    def server_status(self, server=None):
        return self.api.get(f"/api/client/servers/{server or self.server}")["server"]["status"]

    def restored(self, server=None, seconds=120):
        return wait_for(lambda: self.server_status(server) != "restoring_backup" and (self.server_status(server) or "normal"), "the restore to end", seconds)

    def restore(self, backup, server=None, **how):
        self.start_restore(backup, server, **how)
        status = self.restored(server)
        assert status == "normal", f"restore ended in {status}: {self.log_text()[-2000:]}"
