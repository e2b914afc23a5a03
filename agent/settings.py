"""Configuration: the file `review-finetune.toml` and a few variables of the environment.

    knowledge = "our-knowledge"     # a folder with policies.toml, prices.toml; see knowledge/README.md

    [store]
    path = "reviews.db"             # where reviews are kept (default: in the user's data folder), or "off"
    keep_days = 365                 # a review that nobody touched for so long is deleted; 0 keeps for good

    [signoff]
    approvers = ["ada"]             # who may waive a finding: user names, as each door authenticates them

    [web]                           # who may use `serve`: integrations/web/configuration.py
    url = "https://reviews.example.org"

    [model]                         # which language model, and what it may cost: agent/llm/configuration.py
    name = "gpt-6-luna"

    [rules.EST2]                    # what else may stand in the file: agent/policy.py
    off = true
    reason = "Timelines are agreed elsewhere."

The file is the one named by `--config`, else by REVIEW_FINETUNE_CONFIG, else the nearest `review-finetune.toml` in the
current folder or one above it, else the one in the user's configuration folder. REVIEW_FINETUNE_KNOWLEDGE stands in for
`knowledge`, REVIEW_FINETUNE_STORE for `store.path`; REVIEW_FINETUNE_DATABASE_URL names a PostgreSQL database instead of
the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from agent.policy import NO_POLICY, Policy, parse

if TYPE_CHECKING:
    from agent.llm import ModelSettings
    from knowledge import Organisation

FILE = "review-finetune.toml"
CONFIG = "REVIEW_FINETUNE_CONFIG"
KNOWLEDGE = "REVIEW_FINETUNE_KNOWLEDGE"
STORE = "REVIEW_FINETUNE_STORE"
DATABASE = "REVIEW_FINETUNE_DATABASE_URL"
OFF = "off"
KEEP_DAYS = 365
"""Days for which a review that nobody touches is kept, unless the configuration says otherwise."""
MODEL_VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT")
"""Any of these asks for a language model."""


@dataclass(frozen=True)
class Settings:
    """What was configured.

    Attributes:
        path: the file that it was read from, or None without one.
        policy: changes to rules, thresholds and prices; the organisation's price list is in it.
        organisation: its own entries of the guide and its prices, or None.
        model: the language model that is configured, or None.
        store: where reviews are kept: a path, the URL of a database, or `off`.
        keep_days: how long a review is kept that nobody touches; 0 for good.
        approvers: who may waive a finding.
        web: the table `[web]`, which the web door reads.
        google: the table `[google]` as written: integrations/google_docs/configuration.py.
    """

    path: Path | None = None
    policy: Policy = NO_POLICY
    organisation: Organisation | None = None
    model: ModelSettings | None = None
    store: str = OFF
    keep_days: int = KEEP_DAYS
    approvers: tuple[str, ...] = ()
    web: Mapping[str, Any] = field(default_factory=dict)
    google: Mapping[str, Any] = field(default_factory=dict)

    def forget_answers(self, about: Sequence[str]) -> None:
        """Removes what a model answered about documents (SHA-256), wherever it lies: none need be configured now."""
        if not about:
            return
        from agent.llm.cache import forget
        from agent.llm.configuration import kept_in

        own = self.model.folder if self.model else None
        forget({folder for folder in (kept_in(os.environ), own) if folder}, about)


def load(given: str | None = None, environ: Mapping[str, str] = os.environ, folder: Path | None = None) -> Settings:
    """Finds and reads the configuration.

    Args:
        given: the file that `--config` names.
        environ: the environment.
        folder: where the search starts; the current folder when left out.

    Raises:
        UsageError: a file that was named is missing, or a file cannot be used; says which line to mend.
        BadKnowledge: the organisation's folder cannot be used.
    """
    path = find(given, environ, folder or Path.cwd())
    table = read(path) if path else {}
    own = environ.get(KNOWLEDGE) or table.pop("knowledge", None)
    organisation = _organisation(own, path) if own else None
    table.pop("knowledge", None)
    kept, signoff = _table(table, "store", path), _table(table, "signoff", path)
    web = _written(table, "web", path)
    model = _model(table.pop("model", {}), environ, path)
    google = _written(table, "google", path)
    policy = parse(table, path.name) if path and table else NO_POLICY
    if organisation:
        policy = _with_own(policy, organisation)
    return Settings(
        path,
        policy,
        organisation,
        model,
        _store(kept, environ, path),
        _whole(kept, path),
        _names(signoff, path),
        web,
        google,
    )


def find(given: str | None, environ: Mapping[str, str], folder: Path) -> Path | None:
    """The configuration file, or None when there is none and none is named.

    Raises:
        UsageError: the named file does not exist.
    """
    named = given or environ.get(CONFIG)
    if named:
        if not Path(named).is_file():
            raise UsageError(f"configuration {named}", "no such file", "Give an existing file, or leave it out.")
        return Path(named)
    home = Path(environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME") or folder) / ".config")
    places = [*(p / FILE for p in (folder, *folder.parents)), home / "review-finetune" / FILE]
    return next((p for p in places if p.is_file()), None)


def read(path: Path) -> dict[str, Any]:
    """The tables of the file.

    Raises:
        UsageError: it cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"configuration {path}", (error.strerror or "cannot be read").lower()) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"configuration {path}", f"not TOML: {error}", "Mend that line.") from error


def _model(table: Any, environ: Mapping[str, str], path: Path | None) -> ModelSettings | None:
    """The configured model; the model layer is imported only where there is one, or a table to check."""
    if not table and not any(environ.get(name) for name in MODEL_VARIABLES):
        return None
    from agent.llm import configured

    if not isinstance(table, dict):
        raise UsageError(f"configuration {path}", "model is not a table", "Write [model] and its lines below it.")
    return configured(table, environ, path.name if path else FILE)


def _table(table: dict[str, Any], name: str, path: Path | None) -> dict[str, Any]:
    """Takes one of our tables out of the file."""
    found = table.pop(name, {})
    allowed = {"store": {"path", "keep_days"}, "signoff": {"approvers"}}[name]
    if not isinstance(found, dict) or (unknown := set(found) - allowed):
        said = ", ".join(sorted(unknown)) if isinstance(found, dict) else "no table"
        raise UsageError(f"configuration {path}", f"[{name}]: {said}", f"It may hold: {', '.join(sorted(allowed))}.")
    return found


def _written(table: dict[str, Any], name: str, path: Path | None) -> dict[str, Any]:
    """Takes a door's table out of the file; the door itself checks it."""
    found = table.pop(name, {})
    if not isinstance(found, dict):
        raise UsageError(f"configuration {path}", f"{name} is not a table", f"Write [{name}] and its lines below it.")
    return found


def _store(table: dict[str, Any], environ: Mapping[str, str], path: Path | None) -> str:
    if url := environ.get(DATABASE):
        if not url.startswith(("postgres://", "postgresql://")):
            raise UsageError(DATABASE, "it is no PostgreSQL URL", "Write postgresql://USER@HOST/NAME.")
        return url
    if named := environ.get(STORE):
        return named
    if (written := table.get("path")) is not None:
        if not isinstance(written, str) or not written:
            raise UsageError(f"configuration {path}", "store.path is not a text", 'Write path = "FILE".')
        if written == OFF:
            return OFF
        return str((path.parent if path else Path()) / Path(written).expanduser())
    home = environ.get("XDG_DATA_HOME") or (f"{environ['HOME']}/.local/share" if environ.get("HOME") else "")
    return f"{home}/review-finetune/reviews.db" if home else OFF


def _whole(table: dict[str, Any], path: Path | None) -> int:
    days = table.get("keep_days", KEEP_DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise UsageError(f"configuration {path}", "store.keep_days is not a number of days", "Write keep_days = 365.")
    return days


def _names(table: dict[str, Any], path: Path | None) -> tuple[str, ...]:
    names = table.get("approvers", [])
    if not isinstance(names, list) or not all(isinstance(n, str) and n for n in names):
        raise UsageError(f"configuration {path}", "signoff.approvers is no list of names", 'Write approvers = ["ada"].')
    return tuple(names)


def _organisation(folder: Any, path: Path | None) -> Organisation:
    from knowledge import load_organisation

    if not isinstance(folder, str):
        raise UsageError(f"configuration {path}", "knowledge is not a text", 'Write knowledge = "FOLDER".')
    return load_organisation((path.parent if path else Path()) / folder)


def _with_own(policy: Policy, organisation: Organisation) -> Policy:
    """The policy with the organisation's GPU prices, which the review names, and its entries for findings to cite.

    A price in the configuration file wins over the price list.
    """
    from agent.policy import Price

    listed = organisation.gpu_prices
    prices = {p.name: Price(usd_per_hour=p.usd_typical, reason=f"{p.source}, {p.date}") for p in listed}
    codes = {code for entry in organisation.policies for code in entry.codes}
    cited = {code: tuple(e.id for e in organisation.policies if code in e.codes) for code in codes}
    return policy.model_copy(update={"prices": prices | policy.prices, "cited": cited | policy.cited})
