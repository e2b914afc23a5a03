"""SQLite's own locks hold while several pieces of work of one process have the store open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from agent.store import open_store

READER = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT COUNT(*) FROM reviews'); c.close()"


def test_another_process_does_not_take_itself_for_the_last_one(place: str) -> None:
    with open_store(place) as store:
        store.run("SELECT 1 FROM reviews")
        with open_store(place):
            pass
        subprocess.run([sys.executable, "-c", READER, place], check=True, timeout=60)
        assert Path(f"{place}-wal").exists(), "the write-ahead log was deleted under us"
