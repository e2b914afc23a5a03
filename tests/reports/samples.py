"""Four reviews as the engine would give them: a bad first proposal, a sound one, no proposal at all, a hostile one."""

from __future__ import annotations

from agent.models import (
    Check,
    DocumentInfo,
    Engine,
    EstimateSection,
    Evidence,
    Fact,
    Finding,
    Question,
    Recommendation,
    Review,
    Situation,
    Verdict,
)
from tests.reports.parts import (
    DATA,
    FALLBACK,
    FULL_RUN,
    ITERATE,
    LORA_RUN,
    MONEY,
    NASTY,
    PLAN,
    PRIVACY,
    PROJECT,
    TESTED,
    checks,
    evidence,
    facts,
    situations,
)

FINTECH_FINDINGS = (
    Finding(
        code="AP1",
        name="full-finetune-by-default",
        severity="blocker",
        message="The plan is full fine-tuning of a 70B model, and no LoRA result falls short of a target.",
        redirect=(
            "Ask for a 1-day comparison. Run a small LoRA fine-tune on a sample of the data, evaluate against the same "
            "target. If LoRA hits the quality bar, the project ships at 1% of the cost."
        ),
        evidence=(PLAN,),
        guide_refs=("anti-pattern/full-finetune-by-default", "principle/full-needs-evidence"),
        question_ids=("lora-limit",),
    ),
    Finding(
        code="AP4",
        name="lora-as-fallback",
        severity="blocker",
        message="LoRA comes only if full fine-tuning turns out too slow; the guide's order is the reverse.",
        redirect="Start with LoRA. Consider full fine-tuning only if LoRA falls short by a stated number of points.",
        evidence=(FALLBACK,),
        guide_refs=("anti-pattern/lora-as-fallback",),
        question_ids=("full-ft-threshold",),
    ),
    Finding(
        code="AP5",
        name="no-locked-test-set",
        severity="blocker",
        message="Quality is measured on tickets that were trained on, so the numbers will mislead you.",
        redirect="Carve out a locked test set before training starts. It never moves, and nobody trains on it.",
        evidence=(TESTED,),
        guide_refs=("anti-pattern/no-locked-test-set",),
        question_ids=("test-set",),
    ),
    Finding(
        code="EST1",
        name="budget-out-of-range",
        severity="major",
        message="$25,000 is asked for; the guide says $50 to $300 for this shape; computed are $62 to $318.",
        redirect="Ask for the budget of the LoRA plan.",
        evidence=(MONEY,),
        guide_refs=("cost/7b-5k-lora",),
        question_ids=("cost-and-time",),
    ),
    Finding(
        code="AP3",
        name="unbounded-experiments",
        severity="major",
        message="The plan iterates until the quality is right, with no number of experiments and no cap on money.",
        redirect="Commit to a number of experiments (typically 10 to 30) and a cost for each.",
        evidence=(ITERATE,),
        guide_refs=("anti-pattern/unbounded-experiments",),
        question_ids=("experiment-budget",),
    ),
    Finding(
        code="OPS1",
        name="no-serving-plan",
        severity="major",
        message="Nothing is said on how the model will be served.",
        redirect="Name the serving hardware, the latency at p99 and the cost a month.",
        absence=True,
        guide_refs=("principle/operations-are-the-hard-part",),
        question_ids=("serving-plan",),
    ),
    Finding(
        code="EST2",
        name="timeline-out-of-range",
        severity="minor",
        message="6 weeks are planned; the guide says 2 to 4 weeks for the recommended shape.",
        redirect="Plan 2 to 4 weeks, or say what takes the rest.",
        evidence=(MONEY,),
        guide_refs=("cost/7b-5k-lora",),
    ),
)


def ask(ident: str, text: str, why: str, good: str, *codes: str, priority: int) -> Question:
    return Question(
        id=ident,
        text=text,
        why=why,
        good_answer=good,
        finding_codes=codes,
        guide_refs=(f"question/{ident}",),
        priority=priority,
    )


FINTECH_QUESTIONS = (
    ask(
        "serving-plan",
        "How is the 70B model served on your own infrastructure: which GPUs, at what latency and cost a month?",
        "The proposal says that the model must run in-house and nothing on the machines that serve it.",
        "Hardware, p99 latency under real load, cost a month.",
        "OPS1",
        priority=6,
    ),
    ask(
        "lora-limit",
        "Which quality limit did LoRA hit on the 5,000 tickets: what number, on which metric and test set?",
        "Full fine-tuning costs about 100 times as much; only a measured gap clears the $25,000.",
        "LoRA's score, the target and the gap between them, on one locked test set, with the number of runs tried.",
        "AP1",
        "AP4",
        priority=1,
    ),
    ask(
        "test-set",
        "Where is the locked test set: how many of the 5,000 tickets, when carved out, and who holds it?",
        "All tickets are used for training, so nobody could tell whether the model has improved.",
        "300 or more tickets, set aside by date before training, held by someone outside the team.",
        "AP5",
        priority=2,
    ),
    ask(
        "full-ft-threshold",
        "By how many points must LoRA fall short before full fine-tuning of the 70B model is considered?",
        "LoRA is named only as the fallback.",
        "A number of points on the test set, agreed before the first run.",
        "AP4",
        priority=3,
    ),
    ask(
        "alternatives-scores",
        "What did prompting with examples and retrieval score on the same tickets?",
        "Neither is mentioned; either could make the training unnecessary.",
        "One number for each on the same test set, or the date when they will be known.",
        "NF2",
        priority=4,
    ),
    ask(
        "ship-stop-number",
        "What number on the test set means ship, and what number means stop?",
        "“The best possible quality” cannot be reached or missed.",
        "For example: 70% of drafts sent unedited means ship; under 50% after 30 runs means stop.",
        "NF5",
        priority=5,
    ),
    ask(
        "experiment-budget",
        "How many experiments, at what cost each, and what ends them?",
        "“Until the quality is right” has no end.",
        "10 to 30 experiments at $5 to $15 each, and a date.",
        "AP3",
        priority=7,
    ),
    ask(
        "cost-and-time",
        "What do the $25,000 and the 6 weeks pay for, item by item?",
        "The guide's range for this shape is $50 to $300 and 2 to 4 weeks.",
        "A table: runs × hours × price, data work, evaluation, roll-out.",
        "EST1",
        "EST2",
        priority=8,
    ),
)

COUNTER_PLAN = """\
## Revised plan
- **Method:** LoRA on Llama 3.1 8B, one A100 80 GB.
- **Test set:** 500 of the 5,000 tickets, set aside by date before training; held by the support lead.
- **Before training:** prompting with examples and retrieval, scored on the same 500 tickets.
- **Experiments:** at most 30, at $5 to $15 each; about $300 in all.
- **Full fine-tuning** only if LoRA misses the target by more than __ points on the test set.
- **Timeline:** 3 weeks to the first production-quality model.
"""


def fintech() -> Review:
    """The guide's fintech in its first version: three blockers, eight questions."""
    return Review(
        review_id="rv_7h2k9m4q",
        created_at="2026-11-24T10:30:00Z",
        document=DocumentInfo(
            name="support-copilot-proposal.pdf",
            format="pdf",
            sha256="9f" * 32,
            pages=2,
            words=104,
            title="Support copilot: proposal for compute budget",
        ),
        engine=Engine(
            version="0.1.0",
            seconds=0.84,
            degraded=("The figure on page 2 is a picture without text; it was not read.",),
        ),
        facts=facts(
            method__primary=("full", PLAN),
            method__fallback=("lora", FALLBACK),
            base_model__params_b=(70, PLAN),
            task__scope=("narrow", evidence("drafts the reply", "1. Goal", 1)),
            dataset__examples=(5000, DATA),
            hardware__gpu=("A100-80GB", MONEY),
            hardware__count=(8, MONEY),
            budget__usd=((25000, 25000), MONEY),
            timeline__weeks=((6, 6), MONEY),
            evaluation__test_set=("violated", TESTED),
            economics__volume_per_month=(14000, evidence("14,000 tickets a month", "1. Goal", 1)),
            constraints__on_prem=(True, PRIVACY),
            x__slogan=("best possible quality", PLAN),
        ),
        situations=situations(
            compliance_on_prem=("yes", "The model has to run on the company's own infrastructure."),
            startup_small_dataset=("cannot_tell", "5,000 examples fit; nothing is said of the runway."),
        ),
        estimate=EstimateSection(
            as_proposed=FULL_RUN, as_recommended=LORA_RUN, guide_row="cost/7b-5k-lora", project=PROJECT
        ),
        recommendation=Recommendation(
            approach="lora",
            base_model="Llama 3.1 8B",
            hardware="1 × A100-80GB",
            why="The task is narrow and 5,000 examples are moderate: the smaller model with LoRA is right.",
            guide_refs=("example/fintech-support-copilot", "situation/compliance-on-prem"),
            counter_plan=COUNTER_PLAN,
        ),
        findings=FINTECH_FINDINGS,
        checks=checks(("AP1", "AP3", "AP4", "AP5", "EST1", "EST2", "OPS1"), ("NF2", "NF5")),
        questions=FINTECH_QUESTIONS,
        verdict=Verdict(
            value="revise",
            summary=(
                "Full fine-tuning of a 70B model is planned without any LoRA result, LoRA is only the fallback, and "
                "quality would be measured on tickets that were trained on."
            ),
            because=("AP1", "AP4", "AP5"),
        ),
        notes=("$25,000 is a month of a cluster rather than one run: one computed run of this size costs far less.",),
    )


def clean() -> Review:
    """The fintech's corrected proposal: nothing found, nothing to ask."""
    first = fintech()
    return first.model_copy(
        update={
            "review_id": "rv_3c8w1x5z",
            "engine": Engine(
                version="0.1.0",
                mode="rules+llm",
                model="gpt-4.1-mini",
                llm_calls=1,
                input_tokens=5120,
                output_tokens=340,
                cost_usd=0.0026,
                seconds=1.0,
            ),
            "facts": facts(
                method__primary=("lora", FALLBACK),
                base_model__name=("Llama 3.1 8B", PLAN),
                dataset__examples=(5000, DATA),
                hardware__gpu=("A100-80GB", MONEY),
                hardware__count=(1, MONEY),
                budget__usd=((300, 300), MONEY),
                timeline__weeks=((3, 3), MONEY),
                experiments__count=((30, 30), ITERATE),
                experiments__cost_each_usd=((5, 15), ITERATE),
            ),
            "estimate": first.estimate and first.estimate.model_copy(update={"as_proposed": LORA_RUN}),
            "findings": (),
            "questions": (),
            "checks": checks(()),
            "notes": (),
            "recommendation": first.recommendation.model_copy(update={"counter_plan": ""}),
            "verdict": Verdict(
                value="approve", summary="The plan is the guide's: LoRA, a locked test set, bounded runs."
            ),
        }
    )


def no_proposal() -> Review:
    """A travel policy that somebody uploaded."""
    return Review(
        review_id="rv_0a0a0a0a",
        created_at="2026-11-24T10:31:00Z",
        document=DocumentInfo(
            name="travel-policy.docx", format="docx", sha256="0" * 64, pages=None, words=1, title=None
        ),
        engine=Engine(version="0.1.0", seconds=1.0),
        facts={},
        situations=(),
        estimate=None,
        recommendation=Recommendation(approach="none", why="Nothing is proposed."),
        findings=(),
        checks=(),
        questions=(),
        verdict=Verdict(value="not_a_proposal", summary="This seems to be a travel policy."),
    )


def hostile() -> Review:
    """Forty findings and every field full of text that wants to be more than text."""
    words = "\n".join(NASTY)
    shown = Evidence(quote=words, page=3, section=words, start=0, end=len(words))
    return fintech().model_copy(
        update={
            "document": DocumentInfo(
                name=NASTY[0] + ".pdf", format="pdf", sha256="0" * 64, pages=1, words=1, title=NASTY[5] + NASTY[1]
            ),
            "engine": Engine(version="0.1.0", mode="rules+llm", model=NASTY[0], degraded=NASTY, seconds=75.2),
            "facts": {
                "base_model.name": Fact(
                    name="base_model.name",
                    value=words,
                    basis="inferred",
                    source="llm",
                    evidence=(shown,) * 5,
                    others=(Fact(name="base_model.name", value=NASTY[1]),),
                ),
                "constraints.languages": Fact(name="constraints.languages", value=list(NASTY[:3])),
            },
            "situations": tuple(Situation(id=text, matches="yes", why=words) for text in NASTY[:3]),
            "estimate": EstimateSection(
                as_proposed=None,
                as_recommended=LORA_RUN.model_copy(update={"model": NASTY[7], "gpu": NASTY[0], "assumptions": NASTY}),
                guide_row=NASTY[0],
                project=PROJECT,
            ),
            "recommendation": Recommendation(
                approach="lora", base_model=NASTY[0], hardware=NASTY[5], why=words, guide_refs=NASTY, counter_plan=words
            ),
            "findings": tuple(_nasty_finding(n, shown) for n in range(40)),
            "checks": (Check(code="SEC1", outcome="fires", why=words),),
            "questions": (
                Question(
                    id="data-origin",
                    text=words,
                    why=words,
                    good_answer=words,
                    finding_codes=("SEC1", NASTY[0]),
                    guide_refs=NASTY,
                    status="insufficient",
                    answer=words,
                ),
            ),
            "verdict": Verdict(value="revise", summary=words, because=("SEC1", NASTY[0])),
            "notes": NASTY,
        }
    )


def _nasty_finding(n: int, shown: Evidence) -> Finding:
    text = NASTY[n % len(NASTY)]
    return Finding(
        code="SEC1" if n == 0 else f"EV{n}",
        name="instructions-to-reviewer",
        severity=("minor", "major", "blocker")[n % 3],  # type: ignore[arg-type]
        message=text,
        redirect=text,
        evidence=(shown.model_copy(update={"quote": text}),) * (n % 5),
        guide_refs=(text,),
        question_ids=("data-origin", text),
        status=("open", "unconfirmed", "waived", "disputed", "resolved")[n % 5],  # type: ignore[arg-type]
    )
