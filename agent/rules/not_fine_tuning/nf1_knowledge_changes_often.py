"""What the model must know changes by the day or week, and the plan puts it into weights.

What it looks like: prices, stock, policies or news are to be learnt by training, and nothing looks them up when the
question is asked.

Why it's wrong: weights remember the day of training. The model is out of date before it ships, invents what it does not
know, and cannot show a source.

How to redirect: put what changes into documents that are looked up at query time (retrieval), and tune, if at all, only
for tone and format.
"""

from __future__ import annotations

from agent.rules.case import Case
from agent.rules.registry import rule
from agent.rules.results import Result, cannot_tell, fires, not_applicable, passes


@rule(
    "NF1",
    name="knowledge-changes-often",
    severity="blocker",
    group="not_fine_tuning",
    guide=("not-fine-tuning/knowledge-changes", "principle/no-is-an-answer"),
    questions=("alternatives-scores", "data-origin"),
    needs=("method.primary", "knowledge.changes", "alternatives.rag", "x.knowledge_trained_in"),
)
def check(case: Case) -> Result:
    """Fires when knowledge changes often and retrieval has no part in the plan."""
    if not case.tunes:
        return not_applicable("Nothing is trained.")
    if case.facts.text("knowledge.changes") != "often":
        return passes("Nothing says that the knowledge changes by the day or week.")
    retrieval = case.facts.text("alternatives.rag")
    if retrieval == "planned":
        return passes("The knowledge changes often, and retrieval is part of the plan.")
    if retrieval == "tried" and not case.facts.flag("x.knowledge_trained_in"):
        said = "The knowledge changes often; retrieval was tried, and whether it stays in the plan is not said."
        return cannot_tell(said, "alternatives-scores")
    rejected = ", and retrieval is rejected" if retrieval == "rejected" else " rather than retrieval"
    message = f"What the model must know changes often, and the plan puts it into weights{rejected}."
    quotes = case.quotes("knowledge.changes", "alternatives.rag")
    return fires(message, evidence=quotes, absence=retrieval is None)
