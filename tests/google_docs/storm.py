"""One document and everything that can go wrong with it, by chance: faults before and after a save, bots that die at
any request, lost memory, edits, people who answer, reopen and ask, two bots at once. Then it must all be there, once.
"""

from __future__ import annotations

import random
import shutil
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from agent.errors import ReviewError
from agent.service import Service
from agent.settings import Settings
from integrations.google_docs.bot import Bot
from integrations.google_docs.client import Google
from integrations.google_docs.configuration import GoogleSettings, Key
from integrations.google_docs.remarks import key_in, remarks_of
from tests.google_docs.documents import Json, document, from_markdown, paragraph, tab
from tests.google_docs.fake import FakeGoogle, Fault

USER = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
PLAN = """# Drafting warranty replies

We will fine-tune Llama-3.1-8B-Instruct on 14,200 approved replies. We will run a full fine-tune, updating all weights,
because this gives the best quality. If training turns out to be too slow, we will fall back to LoRA.
We rent 8 H100 GPUs for three months at $46,000, and iterate until the quality is good enough."""
ANSWERS = (
    "We tried LoRA at rank 64: 71% of drafts kept, against our target of 80% on the same held-out set.",
    "The test set has 200 tickets, sampled by date, locked before training and never trained on.",
    "Why do you ask?",
    "ownership: Ada Lovelace owns the model.",
    "@review-finetune explain AP1",
    "@review-finetune ignore AP1 because the pilot is paid for",
)
KINDS = ((429, ""), (500, ""), (503, ""), (0, ""), (403, "userRateLimitExceeded"), (504, ""))
METHODS = ("batchUpdate", "documents.get", "comments.create", "replies.create", "changes.list", "files.get", "comments")


class Died(BaseException):
    """A bot's process ends, at a request."""


class Mortal(Google):
    """The real client, with a process that dies at a request: before it is sent, or when it is done."""

    dies_in: int | None = None
    after = False

    def _write(self, call: Any, what: str) -> dict[str, Any]:
        if self.dies_in is not None:
            self.dies_in -= 1
            if self.dies_in < 0:
                self.dies_in = None
                if self.after:
                    super()._write(call, what)
                raise Died
        return super()._write(call, what)


class Storm:
    """The fake with two connections, for one run after another."""

    def __init__(self, fake: FakeGoogle, folder: Path) -> None:
        self.fake, self._folder = fake, folder
        table = {"endpoint": fake.url, "people": {"users/9": "ada@example.com"}}
        self._table = GoogleSettings.model_validate(table)
        self._more: dict[str, Any] = {"google": table, "approvers": ("ada@example.com",)}
        key = Key(kind="authorized_user", info=USER)
        self._clients = [Mortal(key, self._table, sleep=lambda _: None) for _ in range(2)]
        self.happened: Counter[str] = Counter()

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def run(self, seed: int) -> list[str]:
        """One run; what is wrong in the end."""
        fake, self._chance, self._stores = self.fake, random.Random(seed), 0
        fake.docs.clear()
        fake.changes.clear()
        fake.comments_raise_changes = self._chance.random() < 0.3
        self._doc = f"1StormDocument{seed:04}"
        self._place = self._folder / f"{seed}-0.db"
        self._said: list[str] = []
        fake.share(self._content(), self._chance.choice(("writer", "writer", "writer", "commenter")), self._doc)
        for _ in range(self._chance.randint(4, 7)):
            act = self._chance.choice((self._people, self._people, self._edit, self._forget, self._faults))
            self._look()
            self.happened[act.__name__] += 1
            act()
        fake.faults.clear()
        fake.edit_before_write = None
        wrong = self._settle()
        for path in self._folder.glob(f"{seed}-*"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return [f"seed {seed}: {one}" for one in wrong]

    def _content(self) -> Json:
        count = self._chance.randint(0, 2)
        more = [paragraph(f"😀 A line more, the {self._chance.randint(1, 9)}th.") for _ in range(count)]
        lines = PLAN.splitlines()
        if self._chance.random() < 0.3:
            lines = [x for x in lines if "fall back" not in x]
        return document(tab("t.0", "Tab 1", *more, *from_markdown("\n".join(lines))), title="Warranty replies")

    def _bot(self, n: int) -> Bot:
        settings = Settings(store=str(self._place), **self._more)
        return Bot(self._clients[n], Service(settings), self._table, tell=lambda _: None, sleep=lambda _: None)

    def _look(self) -> None:
        """One bot, or two at once; any of them may die."""
        both = self._chance.random() < 0.35
        for client in self._clients:
            client.dies_in = self._chance.randint(0, 12) if self._chance.random() < 0.3 else None
            client.after = self._chance.random() < 0.5
        threads = [threading.Thread(target=self._one, args=(n,)) for n in range(1 + both)]
        self.happened["two bots"] += both
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        assert not any(one.is_alive() for one in threads), "a bot waits for ever"

    def _one(self, n: int) -> None:
        try:
            self._bot(n).look()
        except Died:
            self.happened["died"] += 1
        except ReviewError:
            self.happened["gave up"] += 1

    def _people(self) -> None:
        """Somebody replies in a comment of ours, reopens one, or asks in one of their own."""
        ours = self.fake.ours(self._doc)
        user = self._chance.choice(("users/7", "users/9"))
        closed = [t for t in ours if t["status"] == "RESOLVED"]
        if closed and self._chance.random() < 0.5:
            self.happened["reopened"] += 1
            self.fake.says(self._doc, "", self._chance.choice(closed)["commentId"], user, "REOPEN")
        elif (first := [t for t in ours if " AP1 " in t["headPost"]["content"]]) and self._chance.random() < 0.5:
            self.fake.says(self._doc, ANSWERS[0], first[0]["commentId"], user)
        elif ours and self._chance.random() < 0.7:
            words = self._chance.choice(ANSWERS)
            self.fake.says(self._doc, words, self._chance.choice(ours)["commentId"], user)
        else:
            words = self._chance.choice(("@review-finetune re-review", "@review-finetune explain AP4", "Lunch?"))
            self.fake.says(self._doc, words, user=user)

    def _edit(self) -> None:
        """The document changes, now or between a read and a write; somebody may ask for a new review."""
        content = self._content()
        if self._chance.random() < 0.4:
            self.fake.edit_before_write = lambda: self.fake.edit(self._doc, content)
        else:
            self.fake.edit(self._doc, content)
        if self._chance.random() < 0.7:
            self.fake.says(self._doc, "@review-finetune re-review")

    def _forget(self) -> None:
        """The store is lost."""
        if self._chance.random() < 0.4:
            self.happened["lost memory"] += 1
            self._stores += 1
            self._place = self._place.with_name(f"{self._place.name.split('-')[0]}-{self._stores}.db")

    def _faults(self) -> None:
        for _ in range(self._chance.randint(1, 6)):
            status, reason = self._chance.choice(KINDS)
            self.fake.faults.append(Fault(self._chance.choice(METHODS), status, self._chance.random() < 0.5, reason))
            self.happened["faults"] += 1

    def _settle(self) -> list[str]:
        """The weather clears; the bot looks until it has nothing more to say."""
        for client in self._clients:
            client.dies_in = None
        bot = self._bot(0)
        for _ in range(8):
            before = self._count()
            bot.look()
            if self._count() == before:
                return [*self._doubles(), *self._lost(bot)]
        return ["the bot does not come to rest"]

    def _count(self) -> tuple[int, int]:
        threads = self.fake.docs[self._doc].threads
        return len(threads), sum(len(t.get("replies", [])) for t in threads)

    def _doubles(self) -> Iterator[str]:
        keys = Counter(key_in(t["headPost"]["content"]) for t in self.fake.ours(self._doc))
        yield from (f"comment {key} {n} times" for key, n in keys.items() if n > 1)
        for thread in self.fake.docs[self._doc].threads:
            own = list[str]()
            for post in (thread["headPost"], *thread.get("replies", [])):
                if post["author"]["user"] != "users/bot":
                    own = [x for x in own if key_in(x)]
                    continue
                if post["content"] in own or (own and not key_in(post["content"]) and not key_in(own[-1])):
                    yield f"said twice in {thread['commentId']}: {post['content'][:60]!r}"
                own.append(post["content"])

    def _lost(self, bot: Bot) -> Iterator[str]:
        review = bot.latest(self._doc)
        if review is None:
            yield "no review"
            return
        there = {key_in(t["headPost"]["content"]) for t in self.fake.ours(self._doc)}
        reviewed = bot.service.document(review.review_id)
        yield from (f"no comment {r.key} {r.code}" for r in remarks_of(review, reviewed) if r.key not in there)
        for thread in self.fake.docs[self._doc].threads:
            posts = [thread["headPost"], *thread.get("replies", [])]
            ours = posts[0]["author"]["user"] == "users/bot"
            last = posts[-1]
            asked = "@review-finetune" in last["content"] or (ours and thread["status"] == "OPEN")
            if last["author"]["user"] != "users/bot" and asked:
                yield f"no answer to {last['content'][:60]!r}"


@contextmanager
def storming(fake: FakeGoogle, folder: Path) -> Iterator[Storm]:
    with ExitStack() as stack:
        storm = Storm(fake, folder)
        stack.callback(storm.close)
        yield storm
