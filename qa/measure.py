"""A question set in, outcomes and figures out: asks in each way wanted, beside the baselines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from qa.baseline import Baseline, baselines
from qa.bot import Bot
from qa.evaluate import Collection, Mode, Run, Tell, ask_all, off_topic, own_cases, sampled
from qa.questionset import QuestionSet
from qa.summary import Figures, figures
from qa.weights import Weights

Watch = Callable[[], AbstractContextManager[Tell | None]]


def measured(
    questions: QuestionSet,
    mode: Mode,
    *,
    watch: Watch,
    other: QuestionSet | None = None,
    sample: int | None = None,
    beside: bool = False,
    weights: Weights | None = None,
) -> tuple[Run, Figures]:
    """Asks a set of its own paragraphs ("open" or "paragraph").

    `other` lends off-topic questions to the open mode, as many as have an answer. `beside` adds the
    baselines and needs scikit-learn. `weights` take the place of those that ship. `watch` gives
    what is told how far it is.
    """
    with Collection(questions, mode, weights) as collection:
        cases = sampled(collection.cases, sample)
        if other and mode == "open":
            answerable = sum(case.group == "answerable" for case in cases)
            cases += off_topic(questions, other, answerable)
        with watch() as tell:
            run = ask_all(collection.bot, mode, cases, tell)
        rivals: Sequence[Baseline] = ()
        if beside:
            rivals = baselines(run, list(collection.sentences()))
    return run, figures(run, rivals, run.threshold)


def measured_on(
    bot: Bot,
    questions: QuestionSet,
    *,
    watch: Watch,
    other: QuestionSet | None = None,
    sample: int | None = None,
) -> tuple[Run, Figures]:
    """Asks a set of documents of the user's: `bot`, made with threshold 0."""
    cases = sampled(own_cases(questions), sample)
    if other:
        cases += off_topic(questions, other, len(cases))
    with watch() as tell:
        run = ask_all(bot, "documents", cases, tell)
    return run, figures(run, (), run.threshold)
