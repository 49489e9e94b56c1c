"""All kinds of confidence in one answer. Each kind is a script: it asks and returns what it elicited.

Every kind says with which words it asked, what the model saw, and how the number was read: comparisons of kinds depend
on these three more than on the metric (Kim & Kang 2026, arXiv 2605.27752).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from probes.calibration.elicit import Answered, Elicited, Script, ask, choose
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
    wording, read_out = answered.says["letter"], "option probability"
    return Elicited(share, wording, "question, options", read_out, answered.reply, shares, (answered.reply,))


def option_averaged(answered: Answered) -> Script:
    """Mean of that probability over all rotations of the options."""
    assert isinstance(answered.reply, Choice)
    replies = [answered.reply]
    for arm in arms(answered.item.options)[1:]:
        replies.append((yield choose(answered.opening, answered.question, arm, answered.language)))
    shares = {text: sum(reply.p[text] for reply in replies) / len(replies) for text in answered.item.options}
    read_out, context = "option probability, mean over orders", "question, options in all rotations"
    return Elicited(shares[answered.answer], answered.says["letter"], context, read_out, None, tuple(shares.values()),
                    tuple(replies))  # fmt: skip


def option_corrected(answered: Answered) -> Script:
    """Probability of the answer over that of its letter when question and options say nothing (Zhao et al. 2021)."""
    assert isinstance(answered.reply, Choice)
    assert answered.arm is not None
    labels = [label for label, _ in answered.arm.shown]
    says = answered.says
    lines = "\n".join(f"{label}) {says['empty']}" for label in labels)
    empty = Choose(
        answered.opening.user(f"{says['empty']}\n{lines}\n{says['letter']}"),
        {f" {label}": label for label in labels},
        prefill=says["answer"],
    )
    prior = yield empty
    weight = {text: answered.reply.p[text] / max(prior.p[label], 1e-9) for label, text in answered.arm.shown}
    share, read_out = weight[answered.answer] / sum(weight.values()), "option probability over content-free prior"
    wording = f"{says['letter']} | {says['empty']}"
    return Elicited(share, wording, "question, options", read_out, asked=(answered.reply, prior))


def p_true(answered: Answered) -> Script:
    """Probability of `right` when shown the answer as a proposal, mean of both orders (Kadavath et al. 2022)."""
    wording, proposed = answered.says["true"], answered.says["proposed"].format(answer=answered.answer)
    proposal = f"{answered.question}\n{proposed}\n{wording}"
    return (yield from _both_orders(answered, ("right", "wrong"), proposal, wording, "question, proposed answer"))


def abstention(answered: Answered) -> Script:
    """Probability of answering rather than passing, mean of both orders."""
    wording = answered.says["offer"]
    offer = ask(answered.question, answered.arm, wording)
    if answered.arm is not None:
        possible = answered.says["possible"].format(answers=", ".join(answered.item.options))
        offer = f"{answered.question}\n{possible}\n{wording}"
    return (yield from _both_orders(answered, ("answer", "pass"), offer, wording, "question without an answer"))


def _both_orders(answered: Answered, meanings: tuple[str, str], text: str, wording: str, context: str) -> Script:
    """Probability of the first of two meanings, mean of both orders."""
    replies, shown = [], answered.says.meant(meanings)
    for arm in arms(meanings):
        options = {f" {label}": meaning for label, meaning in arm.shown}
        asked = answered.opening.user(f"{text}\n{arm.lines(shown)}")
        replies.append((yield Choose(asked, options, prefill=answered.says["answer"])))
    share = sum(reply.p[meanings[0]] for reply in replies) / len(replies)
    return Elicited(share, wording, context, "option probability, mean over orders", asked=tuple(replies))


def _stated(answered: Answered, wording: str, read: Callable[[str], float | str], two_stage: bool) -> Script:
    """A confidence in the model's own words: on the line after the answer, or when asked after it."""
    if two_stage:
        question = Continue(answered.told.user(wording), max_tokens=16)
        context = "question, answer, confidence asked in a further turn"
    else:
        asked = answered.opening.user(ask(answered.question, answered.arm, wording))
        question = Continue(asked, prefill=f"{answered.said}\n{answered.says['confidence']}", max_tokens=8)
        context = "question, confidence on the line after the answer"
    reply = yield question
    return Elicited(read(reply.text), wording, context, "parsed text", reply)


def percent_one(answered: Answered) -> Script:
    """A percentage on the line after the answer."""
    return _stated(answered, answered.says["percent_one"], percent, two_stage=False)


def percent_two(answered: Answered) -> Script:
    """A percentage, asked for after the answer."""
    return _stated(answered, answered.says["percent"], percent, two_stage=True)


def words_one(answered: Answered) -> Script:
    """A phrase on the line after the answer."""
    return _stated(answered, answered.says["phrase_one"], _phrases(answered), two_stage=False)


def words_two(answered: Answered) -> Script:
    """A phrase, asked for after the answer."""
    return _stated(answered, answered.says["phrase"], _phrases(answered), two_stage=True)


def _phrases(answered: Answered) -> Callable[[str], float | str]:
    return partial(words, language=answered.language)


def consistency(answered: Answered) -> Script:
    """Share of the readable samples at temperature 1 that give the same answer; `unscored` if none can be read."""
    asked, arm = answered.opening.user(answered.prompt), answered.arm
    how: dict[str, Any] = {"prefill": answered.says["answer"], "max_tokens": 3} if arm else {"max_tokens": 24}
    replies = yield [Continue(asked, temperature=1.0, **how) for _ in range(answered.samples)]
    answers = [letter(reply.text, list(arm.options)) if arm else normal(reply.text) or None for reply in replies]
    same = answers.count(arm.label(answered.answer) if arm else normal(answered.answer))
    read = len(answers) - answers.count(None)
    confidence = same / read if read else "unscored"
    wording = answered.says["letter" if answered.arm else "short"]
    return Elicited(confidence, wording, "question", f"share of {answered.samples} samples")


def sequence(answered: Answered) -> Script:
    """Mean probability per token (geometric) of the answer as free text, without options in sight."""
    asked = answered.opening.user(ask(answered.question, None, language=answered.language))
    reply = yield Score(asked, text=answered.answer)
    mean = math.exp(min(0.0, reply.total / max(len(reply.logprobs), 1)))
    read_out = "geometric mean of token probabilities"
    return Elicited(mean, answered.says["short"], "question without options", read_out, reply)


KINDS: dict[str, Callable[[Answered], Script]] = {
    script.__name__: script
    for script in (option_raw, option_averaged, option_corrected, p_true, percent_one, percent_two, words_one,
                   words_two, consistency, sequence, abstention)
}  # fmt: skip
FREE = ("p_true", "percent_two", "words_two", "consistency", "sequence")
"""Kinds that a free answer can have."""
