"""Who the bot is: the real google-auth against a token endpoint that checks signatures; what it may not is a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.errors import UsageError
from agent.service import Service
from agent.settings import Settings
from integrations.google_docs.bot import Bot
from integrations.google_docs.client import READ, Google
from integrations.google_docs.configuration import GoogleSettings, Key
from integrations.google_docs.problems import NoAccess
from tests.cli.conftest import Run, one_line, run
from tests.google_docs.conftest import USER, bot
from tests.google_docs.documents import Json
from tests.google_docs.fake import DOC, FakeGoogle
from tests.google_docs.tokens import ASSERTION, BOT, DRIVE, service_account

__all__ = ["bot", "run"]
SUBJECT = "ft-review@example.com"
Connect = Callable[..., Google]


@pytest.fixture
def connect(fake: FakeGoogle, request: pytest.FixtureRequest) -> Connect:
    def made(info: Json, **more: object) -> Google:
        settings = GoogleSettings.model_validate({"endpoint": fake.url, **more})
        google = Google(Key(kind=info["type"], info=info), settings, sleep=lambda _: None)
        request.addfinalizer(google.close)
        return google

    return made


def test_a_service_account_signs_once_and_comments(
    connect: Connect, fake: FakeGoogle, flawed: Json, settings: Settings
) -> None:
    fake.share(flawed)
    google = connect(service_account(fake.tokens))
    bot = Bot(google, Service(settings), GoogleSettings(endpoint=fake.url), tell=print, sleep=lambda _: None)
    assert bot.look() == 0
    assert bot.names()[0] == BOT
    assert fake.ours()
    assert [r["grant_type"] for r in fake.tokens.requests] == [ASSERTION]
    assert fake.tokens.given["token-0"] == (BOT, {DRIVE})


def test_delegation_acts_for_its_subject(connect: Connect, fake: FakeGoogle) -> None:
    info = service_account(fake.tokens)
    fake.tokens.delegated[BOT] = {DRIVE}
    assert connect(info, subject=SUBJECT).me()["emailAddress"] == SUBJECT


def test_delegation_that_nobody_allowed_is_a_line(connect: Connect, fake: FakeGoogle) -> None:
    google = connect(service_account(fake.tokens), subject=SUBJECT)
    with pytest.raises(UsageError, match="unauthorized") as caught:
        google.me()
    assert "docs/google-docs.md" in str(caught.value)


def test_delegation_for_fewer_scopes_is_a_line(connect: Connect, fake: FakeGoogle) -> None:
    fake.tokens.delegated[BOT] = set(READ)
    with pytest.raises(UsageError, match="no access token"):
        connect(service_account(fake.tokens), subject=SUBJECT).me()


def test_a_key_that_was_replaced_is_a_line_without_the_key(connect: Connect, fake: FakeGoogle) -> None:
    old = service_account(fake.tokens)
    service_account(fake.tokens)
    with pytest.raises(UsageError, match="Invalid JWT Signature") as caught:
        connect(old).me()
    assert "PRIVATE KEY" not in str(caught.value)
    assert old["private_key"] not in repr(Key(kind="service_account", info=old))


def test_a_key_that_is_no_key_is_a_line(connect: Connect, fake: FakeGoogle) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        connect(service_account(fake.tokens) | {"private_key": "no key"})


def test_an_oauth_user_and_one_who_took_it_back(connect: Connect, fake: FakeGoogle) -> None:
    assert connect(USER).me()["emailAddress"] == BOT
    fake.tokens.users.clear()
    with pytest.raises(UsageError, match="expired or revoked"):
        connect(USER).me()


def test_a_token_that_ends_is_renewed_and_nothing_is_said_twice(
    connect: Connect, fake: FakeGoogle, flawed: Json
) -> None:
    fake.share(flawed)
    google = connect(service_account(fake.tokens))
    google.me()
    fake.tokens.given.clear()
    google.comment(DOC, "Once")
    assert len(fake.ours()) == 1
    assert len(fake.tokens.requests) == 2


def test_reading_asks_for_reading_only(fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed)
    settings = GoogleSettings(endpoint=fake.url)
    info = service_account(fake.tokens)
    with Google(Key(kind="service_account", info=info), settings, READ, sleep=lambda _: None) as google:
        assert google.document(DOC)["title"] == "Warranty replies"
        assert {scope for _, scopes in fake.tokens.given.values() for scope in scopes} == set(READ)
        with pytest.raises(NoAccess):
            google.comment(DOC, "No")
    assert fake.docs[DOC].threads == []


def test_doctor_says_who_it_is(run: Run, fake: FakeGoogle, flawed: Json, tmp_path: Path) -> None:
    fake.share(flawed)
    fake.tokens.delegated[BOT] = {DRIVE, *READ}
    (tmp_path / "key.json").write_text(json.dumps(service_account(fake.tokens)))
    config = tmp_path / "own.toml"
    table = f'credentials = "key.json"\nendpoint = "{fake.url}"\nsubject = "{SUBJECT}"\n'
    config.write_text(f'[store]\npath = "{tmp_path}/r.db"\n[google]\n{table}')
    done = run("--config", config, "doctor", "--google")
    assert f"acts as {SUBJECT}; 1 document(s)" in done.out
    fake.tokens.delegated.clear()
    done = run("--config", config, "gdocs", "--once")
    assert done.code == 2
    assert one_line(done.err)
    assert "unauthorized" in done.err


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("deleted", "there is no such document"),
        ("revoked", "not shared with the bot"),
        ("viewer", "commenter or editor"),
    ],
)
def test_access_that_ends_is_one_plain_message(bot: Bot, fake: FakeGoogle, flawed: Json, how: str, said: str) -> None:
    told: list[str] = []
    bot.tell = told.append
    fake.share(flawed)
    fake.share(flawed, identity="1AnotherDocument")
    bot.look()
    fake.says(DOC, "@review-finetune explain AP1")
    if how == "viewer":
        fake.docs[DOC].role = "reader"
        fake.changes.append(DOC)
    else:
        fake.docs[DOC].gone = True
        fake.changes += [DOC] * (how == "revoked")
    fake.says("1AnotherDocument", "@review-finetune explain AP1")
    for _ in range(3):
        assert bot.look() == 0
    assert len(told) == 1
    assert said in told[0]
    assert "\n" not in told[0]
    assert fake.docs["1AnotherDocument"].threads[-1]["replies"]
    if how == "viewer":
        fake.docs[DOC].role = "commenter"
        fake.changes.append(DOC)
        bot.look()
        assert fake.docs[DOC].threads[-1]["replies"]


def test_a_commenter_s_bot_says_why_there_are_no_anchors(bot: Bot, fake: FakeGoogle, flawed: Json) -> None:
    fake.share(flawed, "commenter")
    bot.look()
    told = [t["headPost"]["content"] for t in fake.ours() if "I may only comment here" in t["headPost"]["content"]]
    assert len(told) == 1
    assert "The whole report" in told[0]
    before = [t["headPost"]["content"] for t in fake.ours()]
    bot.look()
    assert [t["headPost"]["content"] for t in fake.ours()] == before
