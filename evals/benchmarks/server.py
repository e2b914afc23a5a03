"""A PostgreSQL server of our own from Debian's package: in a temporary folder, on a socket, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Where PostgreSQL's programs are; None when it is not installed (`apt-get install postgresql`)."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    return Path(path).resolve().parent if path else None


@contextmanager
def server() -> Iterator[str]:
    """Starts a server and gives its URL. As root it runs as the package's user `postgres`.

    Raises:
        RuntimeError: PostgreSQL is not installed.
    """
    found = programs()
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="rf-pg-", dir="/tmp"))
    user = "postgres" if os.getuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)
    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=200"
    try:
        _run([str(found / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync"], user)
        start = [str(found / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start"]
        _run(start, user)
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            _run([str(found / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], user: str | None) -> None:
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        subprocess.run(command, user=user, cwd="/tmp", stdout=nowhere, stderr=nowhere, check=True, timeout=60)
