"""Every error a caller may see, as one tree. `str(error)` is the one line a user reads: what, why, what to do.

ReviewError                     exit 2 unless a subclass says otherwise
├── UsageError                  exit 2: wrong option, unknown name, bad configuration
│   └── Held                    somebody else is at work on it, and was for long
├── DocumentError               exit 3: the document cannot be read
│   ├── EmptyDocument           nothing to read in it
│   ├── EncryptedDocument       needs a password
│   ├── ScannedDocument         pictures of pages, and no OCR here
│   ├── CorruptDocument         damaged, truncated
│   ├── TooLargeDocument        over a limit of size, pages, memory or time
│   └── NotADocument            not a kind of file that we read
└── ModelUnavailable            exit 4: the model is required and cannot be reached
"""

from __future__ import annotations


class ReviewError(Exception):
    """Root of the tree.

    Args:
        what: what happened, in a few words.
        why: the reason, in a few words.
        fix: what the user can do next.
        document: the document's name, when one is concerned.
    """

    exit_code = 2

    def __init__(self, what: str, why: str = "", fix: str = "", document: str | None = None) -> None:
        """Builds the line from its parts."""
        self.what, self.why, self.fix, self.document = what, why, fix, document
        super().__init__(what)

    def __str__(self) -> str:
        """`name: what: why. What to do.` on one line."""
        head = f"{self.document}: {self.what}" if self.document else self.what
        line = f"{head}: {self.why}" if self.why else head
        return " ".join((f"{line}. {self.fix}" if self.fix else line).split())


class UsageError(ReviewError):
    """Wrong usage or configuration."""


class Held(UsageError):
    """Somebody else is at work on it, and was for as long as we waited."""


class DocumentError(ReviewError):
    """The document cannot be read."""

    exit_code = 3


class EmptyDocument(DocumentError):
    """Nothing to read in it."""


class EncryptedDocument(DocumentError):
    """Needs a password."""


class ScannedDocument(DocumentError):
    """Pictures of pages, and no OCR on this machine."""


class CorruptDocument(DocumentError):
    """Damaged or truncated."""


class TooLargeDocument(DocumentError):
    """Over a limit of size, pages, memory or time."""


class NotADocument(DocumentError):
    """Not a kind of file that we read."""


class ModelUnavailable(ReviewError):
    """The model is required and cannot be reached."""

    exit_code = 4
