"""Several bots at once, in threads and in processes: each thing is done once, and nobody waits without an end."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from agent.service import Service
from agent.settings import Settings
from agent.store import open_store
from integrations.google_docs.bot import Bot
from integrations.google_docs.remarks import key_in
from tests.google_docs.conftest import USER, bot, made
from tests.google_docs.documents import Json
from tests.google_docs.fake import DOC, FakeGoogle, Fault
from tests.google_docs.test_bot import replies

__all__ = ["bot"]
SECONDS = 120


def keys(fake: FakeGoogle, identity: str = DOC) -> list[str | None]:
    return [key_in(t["headPost"]["content"]) for t in fake.ours(identity)]


def test_threads(fake: FakeGoogle, flawed: Json, settings: Settings) -> None:
    fake.share(flawed)
    fake.says(DOC, "@review-finetune explain AP1")

    def run() -> None:
        with made(settings, Service(settings)) as one:
            one.look()

    several = [threading.Thread(target=run, daemon=True) for _ in range(3)]
    for one in several:
        one.start()
    for one in several:
        one.join(SECONDS)
    assert not any(one.is_alive() for one in several)
    assert keys(fake)
    assert len(keys(fake)) == len(set(keys(fake)))
    assert len(replies(fake.docs[DOC].threads[0])) == 1


def test_processes(fake: FakeGoogle, flawed: Json, tmp_path: Path) -> None:
    ids = [f"1Document{n}ForTests" for n in range(2)]
    for one in ids:
        fake.share(flawed, identity=one)
        fake.says(one, "@review-finetune explain AP1")
    fake.faults = [Fault("batchUpdate", 503, after=True), Fault("replies.create", 0, after=True)]
    (tmp_path / "key.json").write_text(json.dumps(USER))
    config = tmp_path / "own.toml"
    config.write_text(
        f'[store]\npath = "{tmp_path}/r.db"\n[google]\ncredentials = "key.json"\nendpoint = "{fake.url}"\n'
    )
    command = [sys.executable, "-m", "agent.cli", "--config", str(config), "gdocs", "--once"]
    several = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [one.communicate(timeout=SECONDS)[1] for one in several]
    assert [one.returncode for one in several] == [0, 0], told
    for one in ids:
        assert keys(fake, one)
        assert len(keys(fake, one)) == len(set(keys(fake, one)))
        assert len(replies(fake.docs[one].threads[0])) == 1


def test_a_document_that_another_bot_has_waits(bot: Bot, fake: FakeGoogle, flawed: Json, settings: Settings) -> None:
    fake.share(flawed)
    with open_store(settings.store) as store, store.locked(DOC, "source"):
        assert bot.look() == 0
        assert keys(fake) == []
    assert bot.look() == 0  # that one died
    assert keys(fake)


def test_only_what_is_new_is_read(bot: Bot, fake: FakeGoogle, flawed: Json) -> None:
    ids = [f"1Document{n}ForTests" for n in range(3)]
    for one in ids:
        fake.share(flawed, identity=one)
    bot.look()
    bot.look()
    fake.calls.clear()
    bot.look()
    assert fake.calls == ["drive.changes.list", *["drive.comments.list"] * 3]
    fake.says(ids[1], "@review-finetune explain AP1")
    fake.calls.clear()
    bot.look()
    read = [c for c in fake.calls if c == "docs.documents.get"]
    assert len(read) <= 4
    assert len(replies(fake.docs[ids[1]].threads[-1])) == 1
    fake.edit(ids[0], flawed)
    fake.calls.clear()
    bot.look()
    assert "docs.documents.get" in fake.calls
