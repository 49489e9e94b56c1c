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


def option_raw(given: Answered) -> Script:
    """Probability of the answer among the options, in the order it was given."""
    yield from ()
    assert isinstance(given.reply, Choice)
    shares = tuple(given.reply.p[text] for text in given.item.options)
    share = given.reply.p[given.answer]
    return Elicited(share, LETTER, "question, options", "option probability", given.reply, shares, (given.reply,))


def option_averaged(given: Answered) -> Script:
    """Mean of that probability over all rotations of the options."""
    assert isinstance(given.reply, Choice)
    replies = [given.reply]
    for arm in arms(given.item.options)[1:]:
        replies.append((yield choose(given.opening, given.question, arm)))
    shares = {text: sum(reply.p[text] for reply in replies) / len(replies) for text in given.item.options}
    read_out, context = "option probability, mean over orders", "question, options in all rotations"
    return Elicited(shares[given.answer], LETTER, context, read_out, None, tuple(shares.values()), tuple(replies))


def option_corrected(given: Answered) -> Script:
    """Probability of the answer over that of its letter when question and options say nothing (Zhao et al. 2021)."""
    assert isinstance(given.reply, Choice)
    assert given.arm is not None
    labels = [label for label, _ in given.arm.shown]
    lines = "\n".join(f"{label}) {EMPTY}" for label in labels)
    empty = Choose(
        given.opening.user(f"{EMPTY}\n{lines}\n{LETTER}"), {f" {label}": label for label in labels}, prefill="Answer:"
    )
    prior = yield empty
    weight = {text: given.reply.p[text] / max(prior.p[label], 1e-9) for label, text in given.arm.shown}
    share, read_out = weight[given.answer] / sum(weight.values()), "option probability over content-free prior"
    return Elicited(share, f"{LETTER} | {EMPTY}", "question, options", read_out, asked=(given.reply, prior))


def p_true(given: Answered) -> Script:
    """Probability of `right` when shown the answer as a proposal, mean of both orders (Kadavath et al. 2022)."""
    shown = f"{given.question}\nProposed answer: {given.answer}\n{TRUE}"
    return (yield from _both_orders(given, ("right", "wrong"), shown, TRUE, "question, proposed answer"))


def abstention(given: Answered) -> Script:
    """Probability of answering rather than passing, mean of both orders."""
    shown = ask(given.question, given.arm, OFFER)
    if given.arm is not None:
        shown = f"{given.question}\nPossible answers: {', '.join(given.item.options)}.\n{OFFER}"
    return (yield from _both_orders(given, ("answer", "pass"), shown, OFFER, "question without an answer"))


def _both_orders(given: Answered, meanings: tuple[str, str], shown: str, wording: str, context: str) -> Script:
    """Probability of the first of two meanings, mean of both orders."""
    replies = []
    for arm in arms(meanings):
        options = {f" {label}": meaning for label, meaning in arm.shown}
        replies.append((yield Choose(given.opening.user(f"{shown}\n{arm.lines()}"), options, prefill="Answer:")))
    share = sum(reply.p[meanings[0]] for reply in replies) / len(replies)
    return Elicited(share, wording, context, "option probability, mean over orders", asked=tuple(replies))


def _stated(given: Answered, wording: str, read: Callable[[str], float | str], two_stage: bool) -> Script:
    """A confidence in the model's own words: on the line after the answer, or when asked after it."""
    if two_stage:
        question = Continue(given.told.user(wording), max_tokens=16)
        context = "question, answer, confidence asked in a further turn"
    else:
        shown = given.opening.user(ask(given.question, given.arm, wording))
        question = Continue(shown, prefill=f"{given.said}\nConfidence:", max_tokens=8)
        context = "question, confidence on the line after the answer"
    reply = yield question
    return Elicited(read(reply.text), wording, context, "parsed text", reply)


def percent_one(given: Answered) -> Script:
    """A percentage on the line after the answer."""
    return _stated(given, PERCENT_ONE, percent, two_stage=False)


def percent_two(given: Answered) -> Script:
    """A percentage, asked for after the answer."""
    return _stated(given, PERCENT, percent, two_stage=True)


def words_one(given: Answered) -> Script:
    """A phrase on the line after the answer."""
    return _stated(given, PHRASE_ONE, words, two_stage=False)


def words_two(given: Answered) -> Script:
    """A phrase, asked for after the answer."""
    return _stated(given, PHRASE, words, two_stage=True)


def consistency(given: Answered) -> Script:
    """Share of the readable samples at temperature 1 that give the same answer; `unscored` if none can be read."""
    shown, same, read = given.opening.user(given.prompt), 0, 0
    for _ in range(given.samples):
        if given.arm is None:
            reply = yield Continue(shown, temperature=1.0, max_tokens=24)
            found: str | None = normal(reply.text) or None
            same += found == normal(given.answer)
        else:
            reply = yield Continue(shown, prefill="Answer:", temperature=1.0, max_tokens=3)
            found = letter(reply.text, list(given.arm.options))
            same += found == given.arm.label(given.answer)
        read += found is not None
    confidence = same / read if read else "unscored"
    return Elicited(confidence, LETTER if given.arm else SHORT, "question", f"share of {given.samples} samples")


def sequence(given: Answered) -> Script:
    """Mean probability per token (geometric) of the answer as free text, without options in sight."""
    shown = given.opening.user(ask(given.question, None))
    reply = yield Score(shown, text=given.answer)
    mean = math.exp(min(0.0, reply.total / max(len(reply.logprobs), 1)))
    return Elicited(mean, SHORT, "question without options", "geometric mean of token probabilities", reply)


KINDS: dict[str, Callable[[Answered], Script]] = {
    script.__name__: script
    for script in (option_raw, option_averaged, option_corrected, p_true, percent_one, percent_two, words_one,
                   words_two, consistency, sequence, abstention)
}  # fmt: skip
FREE = ("p_true", "percent_two", "words_two", "consistency", "sequence")
"""Kinds that a free answer can have."""
