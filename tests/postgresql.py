"""A PostgreSQL server of a test's own, from the programs that Debian installs."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SERVER_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def program(name: str) -> str | None:
    """Path of a program of PostgreSQL; Debian keeps those of the server off the PATH."""
    return shutil.which(
        name, path=os.pathsep.join([os.environ["PATH"], *map(str, _SERVER_PROGRAMS)])
    )


@contextmanager
def postgresql(user: str, database: str, password: str) -> Iterator[str]:
    """Run a server on 127.0.0.1 with one database; give its address, `127.0.0.1:<port>`."""
    # The server refuses to run as root, and tmp_path is closed to other users.
    owner = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "password").write_text(password, encoding="utf-8")
        for path in (folder, folder / "password"):
            shutil.chown(path, owner)

        def run(name: str, *arguments: str) -> None:
            subprocess.run(
                [str(program(name)), *arguments],
                check=True,
                cwd=folder,
                user=owner if os.getuid() == 0 else None,
                env={**os.environ, "PGPASSWORD": password},
                stdout=subprocess.DEVNULL,
            )

        data = str(folder / "data")
        new = ["--username", user, "--pwfile", "password", "--auth", "scram-sha-256", "--no-sync"]
        run("initdb", "--pgdata", data, *new)
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        run("pg_ctl", "start", "--wait", "--pgdata", data, "--log", "log", "--options", options)
        try:
            run("createdb", "--host", "127.0.0.1", "--port", port, "--username", user, database)
            yield f"127.0.0.1:{port}"
        finally:
            run("pg_ctl", "stop", "--pgdata", data, "--mode", "fast")
