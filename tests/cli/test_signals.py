"""A reader that goes away and Ctrl-C end the program quietly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import SOUND

COMMAND = [sys.executable, "-m", "agent.cli"]


@pytest.mark.parametrize("arguments", [["--help"], ["rules"], ["guide"]])
def test_a_closed_pipe_is_no_error(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run([*COMMAND, *arguments], stdout=closed, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.stderr == b""
    assert done.returncode == 141


def test_a_closed_pipe_after_a_review(tmp_path: Path) -> None:
    path = tmp_path / "p.md"
    path.write_text(SOUND)
    shell = f"'{sys.executable}' -m agent.cli '{path}' --format html | head -c 10"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    assert done.stdout.lower() == b"<!doctype "


def test_ctrl_c_leaves_no_traceback(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "review", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=_heed_ctrl_c,
    ) as child:
        assert child.stdin is not None
        child.stdin.write(b"# half a proposal")
        child.stdin.flush()
        _until_reading(child.pid)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    assert (out, err, child.returncode) == (b"", b"", 130)


def _heed_ctrl_c() -> None:
    """A shell starts what runs in its background with Ctrl-C ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _until_reading(pid: int) -> None:
    """Waits until the program has taken what was written, so that the signal meets it at work."""
    waiting = Path(f"/proc/{pid}/wchan")
    for _ in range(600):
        if "pipe" in waiting.read_text():
            return
        signal.sigtimedwait([], 0.05)
    pytest.fail("the program never read its standard input")
