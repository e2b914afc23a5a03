"""No prompted, few-shot or retrieval result on the task, and none planned before training.

What it looks like: the plan goes from the problem to training; prompting, examples in the prompt, retrieval and a
stronger base model are not measured.

Why it's wrong: a good prompt costs hours, is undone at once and often reaches the target. Without its score nobody can
say what training has added.

How to redirect: ask for two days of prompting with examples, scored on the same test set. If it meets the target, there
is nothing to train for; if not, its score is the baseline to beat.
"""

from __future__ import annotations

from agent.rules.case import REPLACES, Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes
from agent.rules.wording import listed
from agent.rules.words import speaks_of

ALTERNATIVES = {
    "alternatives.prompting": "prompting",
    "alternatives.rag": "retrieval",
    "alternatives.stronger_base": "a stronger base model",
}


@rule(
    "NF2",
    name="prompting-not-tried",
    severity="major",
    group="not_fine_tuning",
    guide=("not-fine-tuning/prompting-not-tried", "principle/no-is-an-answer"),
    questions=("alternatives-scores",),
    needs=("method.primary", "method.objective", *ALTERNATIVES, "x.alternatives.score", "x.unread.share", *REPLACES),
)
def check(case: Case) -> Result:
    """Fires when no alternative was measured or is to be measured before training."""
    facts = case.facts
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    if facts.text("method.objective") == "embedding":
        return not_applicable("An embedding model is not prompted.")
    if case.has("x.alternatives.score"):
        return passes("An alternative was scored.")
    states = {name: facts.text(name) for name in ALTERNATIVES}
    done = [ALTERNATIVES[n] for n, s in states.items() if s in ("tried", "planned")]
    if done:
        return passes(f"{listed(done).capitalize()} has been tried or comes before training.")
    if case.replaces_live:
        return passes("A prompted model is in use already: it is what the tuned one replaces.")
    rejected = tuple(n for n, s in states.items() if s == "rejected")
    if rejected:
        names = listed([ALTERNATIVES[n] for n in rejected])
        message = f"The proposal rejects {names} without a score on the task."
        return fires(message, evidence=case.quotes(*rejected), absence=True)
    if word := speaks_of(case.document, "prompting"):
        return cannot_tell(f"The document speaks of “{word}”; no score of it was found.", "alternatives-scores")
    if quotes := case.quotes("x.unread.share"):
        said = f"No score of a prompted model was found, and what “{quotes[0].quote}” measures was not understood."
        return cannot_tell(said, "alternatives-scores")
    return fires("No prompted, few-shot or retrieval result on the task is given, and none is planned.", absence=True)
