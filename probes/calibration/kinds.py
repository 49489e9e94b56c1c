"""All kinds of confidence in one answer. Each kind is a script: it asks and returns what it elicited.

Every kind says with which words it asked, what the model saw, and how the number was read: comparisons of kinds depend
on these three more than on the metric (Kim & Kang 2026, arXiv 2605.27752).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from probes.calibration.elicit import (  # fmt: skip
    EMPTY,
    LETTER,
    OFFER,
    PERCENT,
    PERCENT_ONE,
    PHRASE,
    PHRASE_ONE,
    SHORT,
    TRUE,
    Answered,
    Elicited,
    Script,
    ask,
    choose,
)
from probes.calibration.grading import normal
from probes.calibration.reading import letter, percent, words
from probes.core import Choice, Choose, Continue, Score
from probes.core.design import arms


def option_raw(answered: Answered) -> Script:
    """Probability of the answer among the options, in the order it was given."""
    yield from ()
    assert isinstance(answered.reply, Choice)
    shares = tuple(answered.reply.p[text] for text in answered.item.options)
    share = answered.reply.p[answered.answer]
    return Elicited(share, LETTER, "question, options", "option probability", answered.reply, shares, (answered.reply,))


def option_averaged(answered: Answered) -> Script:
    """Mean of that probability over all rotations of the options."""
    assert isinstance(answered.reply, Choice)
    replies = [answered.reply]
    for arm in arms(answered.item.options)[1:]:
        replies.append((yield choose(answered.opening, answered.question, arm)))
    shares = {text: sum(reply.p[text] for reply in replies) / len(replies) for text in answered.item.options}
    read_out, context = "option probability, mean over orders", "question, options in all rotations"
    return Elicited(shares[answered.answer], LETTER, context, read_out, None, tuple(shares.values()), tuple(replies))


def option_corrected(answered: Answered) -> Script:
    """Probability of the answer over that of its letter when question and options say nothing (Zhao et al. 2021)."""
    assert isinstance(answered.reply, Choice)
    assert answered.arm is not None
    labels = [label for label, _ in answered.arm.shown]
    lines = "\n".join(f"{label}) {EMPTY}" for label in labels)
    empty = Choose(
        answered.opening.user(f"{EMPTY}\n{lines}\n{LETTER}"),
        {f" {label}": label for label in labels},
        prefill="Answer:",
    )
    prior = yield empty
    weight = {text: answered.reply.p[text] / max(prior.p[label], 1e-9) for label, text in answered.arm.shown}
    share, read_out = weight[answered.answer] / sum(weight.values()), "option probability over content-free prior"
    return Elicited(share, f"{LETTER} | {EMPTY}", "question, options", read_out, asked=(answered.reply, prior))


def p_true(answered: Answered) -> Script:
    """Probability of `right` when shown the answer as a proposal, mean of both orders (Kadavath et al. 2022)."""
    proposal = f"{answered.question}\nProposed answer: {answered.answer}\n{TRUE}"
    return (yield from _both_orders(answered, ("right", "wrong"), proposal, TRUE, "question, proposed answer"))


def abstention(answered: Answered) -> Script:
    """Probability of answering rather than passing, mean of both orders."""
    offer = ask(answered.question, answered.arm, OFFER)
    if answered.arm is not None:
        offer = f"{answered.question}\nPossible answers: {', '.join(answered.item.options)}.\n{OFFER}"
    return (yield from _both_orders(answered, ("answer", "pass"), offer, OFFER, "question without an answer"))


def _both_orders(answered: Answered, meanings: tuple[str, str], text: str, wording: str, context: str) -> Script:
    """Probability of the first of two meanings, mean of both orders."""
    replies = []
    for arm in arms(meanings):
        options = {f" {label}": meaning for label, meaning in arm.shown}
        replies.append((yield Choose(answered.opening.user(f"{text}\n{arm.lines()}"), options, prefill="Answer:")))
    share = sum(reply.p[meanings[0]] for reply in replies) / len(replies)
    return Elicited(share, wording, context, "option probability, mean over orders", asked=tuple(replies))


def _stated(answered: Answered, wording: str, read: Callable[[str], float | str], two_stage: bool) -> Script:
    """A confidence in the model's own words: on the line after the answer, or when asked after it."""
    if two_stage:
        question = Continue(answered.told.user(wording), max_tokens=16)
        context = "question, answer, confidence asked in a further turn"
    else:
        asked = answered.opening.user(ask(answered.question, answered.arm, wording))
        question = Continue(asked, prefill=f"{answered.said}\nConfidence:", max_tokens=8)
        context = "question, confidence on the line after the answer"
    reply = yield question
    return Elicited(read(reply.text), wording, context, "parsed text", reply)


def percent_one(answered: Answered) -> Script:
    """A percentage on the line after the answer."""
    return _stated(answered, PERCENT_ONE, percent, two_stage=False)


def percent_two(answered: Answered) -> Script:
    """A percentage, asked for after the answer."""
    return _stated(answered, PERCENT, percent, two_stage=True)


def words_one(answered: Answered) -> Script:
    """A phrase on the line after the answer."""
    return _stated(answered, PHRASE_ONE, words, two_stage=False)


def words_two(answered: Answered) -> Script:
    """A phrase, asked for after the answer."""
    return _stated(answered, PHRASE, words, two_stage=True)


def consistency(answered: Answered) -> Script:
    """Share of the readable samples at temperature 1 that give the same answer; `unscored` if none can be read."""
    asked, same, read = answered.opening.user(answered.prompt), 0, 0
    for _ in range(answered.samples):
        if answered.arm is None:
            reply = yield Continue(asked, temperature=1.0, max_tokens=24)
            answer: str | None = normal(reply.text) or None
            same += answer == normal(answered.answer)
        else:
            reply = yield Continue(asked, prefill="Answer:", temperature=1.0, max_tokens=3)
            answer = letter(reply.text, list(answered.arm.options))
            same += answer == answered.arm.label(answered.answer)
        read += answer is not None
    confidence = same / read if read else "unscored"
    return Elicited(confidence, LETTER if answered.arm else SHORT, "question", f"share of {answered.samples} samples")


def sequence(answered: Answered) -> Script:
    """Mean probability per token (geometric) of the answer as free text, without options in sight."""
    asked = answered.opening.user(ask(answered.question, None))
    reply = yield Score(asked, text=answered.answer)
    mean = math.exp(min(0.0, reply.total / max(len(reply.logprobs), 1)))
    return Elicited(mean, SHORT, "question without options", "geometric mean of token probabilities", reply)


KINDS: dict[str, Callable[[Answered], Script]] = {
    script.__name__: script
    for script in (option_raw, option_averaged, option_corrected, p_true, percent_one, percent_two, words_one,
                   words_two, consistency, sequence, abstention)
}  # fmt: skip
FREE = ("p_true", "percent_two", "words_two", "consistency", "sequence")
"""Kinds that a free answer can have."""
