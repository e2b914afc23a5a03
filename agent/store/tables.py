"""The tables, as a row of migrations. A new version of the program adds one at the end and changes none.

`reviews` has a row for each review with its document; `history` what happened to it, in order, never changed. The
checkpoints of the graph are LangGraph's own tables with its own migrations; they can be made again from these two.
"""

from __future__ import annotations

FIRST = (
    """
    CREATE TABLE reviews (
        id TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        touched_at TEXT NOT NULL,
        name TEXT NOT NULL,
        title TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        source TEXT,
        author TEXT,
        verdict TEXT NOT NULL,
        open_questions INTEGER NOT NULL,
        document TEXT NOT NULL
    )
    """,
    "CREATE INDEX reviews_title ON reviews (title)",
    "CREATE INDEX reviews_source ON reviews (source)",
    """
    CREATE TABLE history (
        review_id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL,
        delivery TEXT,
        PRIMARY KEY (review_id, seq),
        UNIQUE (review_id, delivery)
    )
    """,
)

SQLITE_ONLY_GROWS = (
    """
    CREATE TRIGGER history_stays BEFORE UPDATE ON history BEGIN
        SELECT RAISE(ABORT, 'history is never changed');END
    """,
    """
    CREATE TRIGGER history_remains BEFORE DELETE ON history WHEN EXISTS (SELECT 1 FROM reviews WHERE id = OLD.review_id)
    BEGIN
        SELECT RAISE(ABORT, 'history goes only with its review');END
    """,
)


POSTGRES_ONLY_GROWS = (
    """
    CREATE FUNCTION history_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' OR EXISTS (SELECT 1 FROM reviews WHERE id = OLD.review_id) THEN
            RAISE EXCEPTION 'history is never changed, and goes only with its review';
        END IF;
        RETURN OLD;
    END $$
    """,
    """
    CREATE TRIGGER history_stays BEFORE UPDATE OR DELETE ON history
    FOR EACH ROW EXECUTE FUNCTION history_only_grows()
    """,
)


SQLITE = ((*FIRST, *SQLITE_ONLY_GROWS),)
POSTGRES = ((*FIRST, *POSTGRES_ONLY_GROWS),)
