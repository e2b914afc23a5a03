"""A Google Docs address as a document, for the commands of the terminal."""

from __future__ import annotations

from agent.models import Document
from agent.settings import Settings, load
from integrations.google_docs.addresses import document_id
from integrations.google_docs.client import READ, Google
from integrations.google_docs.configuration import google_settings, key
from integrations.google_docs.reader import read


def read_address(address: str, config: str | None) -> Document:
    """Reads a document; nothing is written to it.

    Args:
        address: of the document.
        config: the configuration file that `--config` names.

    Raises:
        UsageError: Google Docs are not configured, or it is no address of a document.
        DocumentError: it cannot be read.
    """
    document = document_id(address)
    with connect(load(config), READ) as google:
        return read(google.document(document))


def connect(settings: Settings, scopes: tuple[str, ...]) -> Google:
    """The account of a configuration.

    Raises:
        UsageError: it is not configured, or not usable.
    """
    return Google(key(settings), google_settings(settings), scopes)


def check(config: str | None) -> str:
    """For `doctor --google`: who the bot is, and what it sees."""
    settings = load(config)
    secret = key(settings)
    with connect(settings, READ) as google:
        who = google.me().get("emailAddress") or secret.who
        shared = sum(1 for _ in google.shared())
    people = len(google_settings(settings).people)
    return f"acts as {who}; {shared} document(s) are shared with it; {people} approver(s) known by id"
