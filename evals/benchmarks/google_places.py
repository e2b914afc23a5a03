"""`python -m evals.benchmarks.google_places`: the open eval cases as Google Docs; is each quote anchored at its words?

Each case is made a document with runs that break anywhere, chips, emoji, right-to-left text, footnotes, tabs and
pending suggestions (`tests.google_docs.converting`), reviewed, and commented through the stand-in. Every quote that
occurs once is then read back from the document by the UTF-16 indexes of its range.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path
from typing import Any

CASES = Path(__file__).parents[1] / "cases" / "open"


def measure(source: str, seed: int, told: list[str]) -> Counter[str]:
    """One case: how many quotes, how many of them once, and how many of those exactly."""
    from agent.documents.canonical import fold
    from agent.review import review_document
    from integrations.google_docs.places import range_of
    from integrations.google_docs.reader import read
    from tests.google_docs.converting import Converter
    from tests.google_docs.documents import shown_between

    made = Converter(source, seed).document()
    document = read(made)
    counted = Counter(cases=1)
    for finding in review_document(document).findings:
        for evidence in finding.evidence:
            counted["quotes"] += 1
            if fold(document.text).count(fold(evidence.quote)) != 1:
                continue
            counted["once"] += 1
            place = range_of(document, evidence.start, evidence.end)
            seen = shown_between(made, place.tab, place.start, place.end, place.segment) if place else ""
            if " ".join(seen.split()) == " ".join(evidence.quote.split()):
                counted["exact"] += 1
            else:
                told.append(f"{finding.code} {evidence.quote!r}: {seen!r}")
    return counted


def written(sources: dict[str, str], told: list[str]) -> Counter[str]:
    """The same cases with their comments written, and each comment's range read back."""
    from agent.review import review_document
    from integrations.google_docs.client import Google
    from integrations.google_docs.configuration import GoogleSettings, Key
    from integrations.google_docs.reader import read
    from integrations.google_docs.remarks import key_in, remarks_of
    from integrations.google_docs.writing import write
    from tests.google_docs.converting import Converter
    from tests.google_docs.documents import shown_between
    from tests.google_docs.fake import running

    counted: Counter[str] = Counter()
    user: dict[str, Any] = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
    with running() as fake, Google(Key(kind="authorized_user", info=user), GoogleSettings(endpoint=fake.url)) as google:
        for seed, (name, source) in enumerate(sources.items()):
            made = Converter(source, seed).document()
            document = read(made)
            remarks = remarks_of(review_document(document), document)
            write(google, fake.share(made, identity=f"1Case{seed}ForTests"), remarks, document)
            ranges = {key_in(t["headPost"]["content"]): t.get("range") for t in fake.ours(f"1Case{seed}ForTests")}
            for remark in (r for r in remarks if r.quote):
                counted["comments"] += 1
                place = ranges[remark.key]
                seen = shown_between(made, *_parts(place)) if place else ""
                if " ".join(seen.split()) == " ".join(remark.quote.split()):
                    counted["at their words"] += 1
                else:
                    told.append(f"{name}: {remark.code} {remark.quote!r}: {seen!r}")
        told += fake.refused
    return counted


def _parts(place: dict[str, Any]) -> tuple[str, int, int, str]:
    return place["tabId"], place["startIndex"], place["endIndex"], place.get("segmentId", "")


def main() -> int:
    """0 when every quote that occurs once is anchored exactly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, help="so many, drawn by chance")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    paths = sorted(CASES.glob("*.md"))
    paths = random.Random(args.seed).sample(paths, args.cases) if args.cases else paths
    sources = {p.stem: p.read_text("utf-8") for p in paths}
    told: list[str] = []
    found = sum((measure(source, n, told) for n, source in enumerate(sources.values())), Counter[str]())
    print(f"{found['cases']} cases, {found['quotes']} quotes; once: {found['once']}, of them exact: {found['exact']}")
    found = written(sources, told)
    print(f"{found['comments']} comments written, {found['at their words']} of them at exactly their words")
    print("\n".join(told[:20]), end="\n" if told else "")
    return int(bool(told))


if __name__ == "__main__":
    raise SystemExit(main())
