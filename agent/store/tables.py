"""The tables, as a row of migrations. A new version of the program adds one at the end and changes none.

`slack_…` is what the Slack door must remember (`integrations.slack`): deliveries that wait, messages that stand,
workspaces that installed the app.

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


SLACK_BEFORE = tuple(f"DROP TABLE IF EXISTS slack_{name}" for name in ("jobs", "threads", "posts"))
"""Versions before the first release made these tables by themselves, in another shape."""
SLACK_JOBS = """
    CREATE TABLE slack_jobs (
        seq {counter},
        id TEXT NOT NULL UNIQUE,
        lane TEXT NOT NULL,
        kind TEXT NOT NULL,
        data TEXT NOT NULL,
        state TEXT NOT NULL,
        owner TEXT NOT NULL,
        tries INTEGER NOT NULL,
        due DOUBLE PRECISION NOT NULL
    )
    """
SLACK = (
    "CREATE INDEX slack_jobs_open ON slack_jobs (state, lane, seq)",
    """
    CREATE TABLE slack_threads (
        channel TEXT NOT NULL,
        ts TEXT NOT NULL,
        team TEXT NOT NULL,
        review_id TEXT NOT NULL,
        author TEXT NOT NULL,
        PRIMARY KEY (channel, ts)
    )
    """,
    "CREATE INDEX slack_threads_review ON slack_threads (review_id)",
    """
    CREATE TABLE slack_posts (
        key TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        ts TEXT NOT NULL,
        number INTEGER NOT NULL,
        claimed DOUBLE PRECISION NOT NULL,
        shown TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE slack_installations (
        place TEXT NOT NULL,
        installer TEXT NOT NULL,
        at DOUBLE PRECISION NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (place, installer)
    )
    """,
    "CREATE TABLE slack_states (state TEXT PRIMARY KEY, ends DOUBLE PRECISION NOT NULL)",
)
SQLITE_SLACK = (*SLACK_BEFORE, SLACK_JOBS.format(counter="INTEGER PRIMARY KEY AUTOINCREMENT"), *SLACK)
POSTGRES_SLACK = (*SLACK_BEFORE, SLACK_JOBS.format(counter="BIGSERIAL PRIMARY KEY"), *SLACK)


SQLITE = ((*FIRST, *SQLITE_ONLY_GROWS), SQLITE_SLACK)
POSTGRES = ((*FIRST, *POSTGRES_ONLY_GROWS), POSTGRES_SLACK)
