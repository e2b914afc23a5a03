"""The public peer: LangChain's own way to many documents, pypdf's text and `ChatOpenAI.batch` with a limit at once.

Run by a Python of its own that has `langchain-openai` and `pypdf`: `python langchain_peer.py ADDRESS AT_ONCE PATH…`
prints documents a second. It reads one after the other and judges nothing but what the model says.
"""

from __future__ import annotations

import sys
import time


def main(address: str, at_once: int, paths: list[str]) -> None:
    from langchain_openai import ChatOpenAI
    from pypdf import PdfReader

    model = ChatOpenAI(model="m", base_url=address, api_key="none", max_retries=0)  # type: ignore[arg-type]
    began = time.perf_counter()
    texts = ["\n".join(page.extract_text() for page in PdfReader(path).pages) for path in paths]
    model.batch([f"Review this proposal.\n\n{t}" for t in texts], config={"max_concurrency": at_once})
    print(len(paths) / (time.perf_counter() - began))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
