"""Our own comments in a file that comes back: they are no part of the document, and must not change how it is read."""

from __future__ import annotations

AUTHOR = "review-finetune"
"""Under this name comments and highlights are written, and passed over when the file is read again."""
SIGN = 18.0
"""Points: side of the sign of a note in a PDF."""
