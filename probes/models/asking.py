"""Questions become token requests for an engine, its results become replies: whatever computes behind them."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from probes.core import Choice, Choose, Continuation, Continue, Question, Reply, Score, Scored, estimators
from probes.core.transcript import Transcript
from probes.models.chat import ChatFormat, Encoded
from probes.models.engine import SampleIds, ScoreIds
from probes.models.identity import fingerprint, parts
from probes.models.template import PLAIN, line_ends

Request = ScoreIds | SampleIds
Ids = tuple[int, ...]
NO_MARKS = (
    "its chat template ends no turn with a token, so a user's turn runs on to its length limit; take template='plain', "
    "under which a line break ends it, or a template with end marks"
)
_LOG = logging.getLogger(__name__)


class Asking:
    """A model with a tokenizer, a chat template, and an engine that answers requests in token ids.

    `info` says how it was opened. Subclasses say in `answering` what their answers depend on besides.
    """

    def __init__(self, name: str, tokenizer: Any, info: dict[str, Any], engine: Any, ends: frozenset[int]):
        self.name = name
        self.tokenizer = tokenizer
        self.chat = ChatFormat(tokenizer, info.get("template_options"))
        marks = self.chat.stop_ids | (line_ends(tokenizer) if tokenizer.chat_template == PLAIN else frozenset())
        if not marks:
            _LOG.warning("%s: %s", name, NO_MARKS)
        self.stop_ids = marks | ends
        self.engine = engine
        self.info = {**info, "stop_ids": sorted(self.stop_ids), "turns_end": bool(marks), "engine": engine.info}
        self._refingerprint()

    def answering(self) -> dict[str, Any]:
        """What computes the answers, for the fingerprint."""
        raise NotImplementedError

    def _refingerprint(self) -> None:
        told = {**parts(self), **self.answering()}
        self.fingerprint = fingerprint(told)
        self.info |= {"fingerprint": self.fingerprint, "versions": told.get("versions")}

    def reply(self, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> list[Reply]:
        """Answers in the order of the questions. All are rendered and checked before the model runs."""
        return self.answered(questions, [self.requests(question) for question in questions], progress)

    def answered(
        self,
        questions: Sequence[Question],
        parts: Sequence[list[Request]],
        progress: Callable[[int], None] | None = None,
    ) -> list[Reply]:
        """Replies to questions that were put as `parts`: their own `requests`, or those with changes marked in them.

        A question is answered as soon as the last of its requests is, so that rows over the vocabulary are not kept.
        """
        owners = [(place, k) for place, mine in enumerate(parts) for k in range(len(mine))]
        results: list[dict[int, Any]] = [{} for _ in parts]
        replies: dict[int, Reply] = {}
        for index, result in self.engine.stream([request for mine in parts for request in mine]):
            place, k = owners[index]
            results[place][k] = result
            if len(results[place]) == len(parts[place]):
                own = [results[place].pop(k) for k in range(len(parts[place]))]
                replies[place] = self.read(questions[place], parts[place], own)
                if progress:
                    progress(len(replies))
        return [replies[place] for place in range(len(questions))]

    def digest(self, question: Question) -> str:
        """Hash of prompt ids, target ids and decoding settings, without the seed."""
        form = [
            [type(r).__name__, r.prompt, r.targets if isinstance(r, ScoreIds) else _decoding(r), r.sites, r.spans]
            for r in self.requests(question, seed=0)
        ]
        return hashlib.sha256(json.dumps(form).encode()).hexdigest()

    def requests(self, question: Question, seed: int | None = None) -> list[Request]:
        """What the engine is asked for a question: one request, or one per context of a Score. `seed` takes precedence.

        Raises ValueError for sampling without a seed, and for options that their tokens do not tell apart.
        """
        encoded = self.chat.encode(question.transcript, question.role, question.prefill)
        extra: dict[str, Any] = {"sites": question.sites, "spans": self._spans(question, encoded)}
        if isinstance(question, Continue):
            chosen = question.seed if seed is None else seed
            if chosen is None and question.temperature > 0:
                raise ValueError("sampling needs a seed: Continue(..., seed=7); inside a probe the runner gives one")
            draw = {k: getattr(question, k) for k in ("max_tokens", "temperature", "top_p", "top_k", "min_p")}
            return [SampleIds(encoded.ids, seed=chosen or 0, stop=self.stop_ids, **draw, **extra)]
        texts = list(question.options) if isinstance(question, Choose) else [question.text]
        given = question.ids if isinstance(question, Score) else ()
        drop, targets = (0, (given,)) if given else self._targets(question, encoded, texts)
        prompt = encoded.ids[: len(encoded.ids) - drop]
        if isinstance(question, Choose):
            return [ScoreIds(prompt, targets, **extra)]
        own = ScoreIds(prompt, targets, full=question.kl or question.js, **extra)
        return [own, *[self._under(question, context, encoded.ids, drop, targets) for context in question.contexts]]

    def _under(self, question: Score, context: Transcript, ids: Ids, drop: int, targets: tuple[Ids, ...]) -> ScoreIds:
        """The same target ids after another transcript."""
        other = self.chat.encode(context, question.role, question.prefill).ids
        kept = len(other) - drop
        if other[kept:] != ids[len(ids) - drop :]:
            raise ValueError("the tokens where the scored text begins differ between the contexts of a Score")
        return ScoreIds(other[:kept], targets, full=question.kl or question.js)

    def _targets(self, question: Choose | Score, encoded: Encoded, texts: list[str]) -> tuple[int, tuple[Ids, ...]]:
        """(prompt tokens to give back, ids of each text). Where a text merges with the prompt's last tokens, as in
        `"Answer: " + "A"`, scoring starts at the last token that all have in common."""
        full = [self.chat.encode(question.transcript, question.role, question.prefill + text).ids for text in texts]
        common = min(shared_length(encoded.ids, ids) for ids in full)
        targets = tuple(ids[common:] for ids in full)
        for text, target in zip(texts, targets, strict=True):
            if not target:
                raise ValueError(f"{text!r} adds no token of its own after the prompt")
            others = [other for other in targets if other is not target]
            if any(other[: len(target)] == target for other in others):
                raise ValueError(f"option {text!r} is the beginning of another option's tokens; choose other labels")
        return len(encoded.ids) - common, targets

    def _spans(self, question: Question, encoded: Encoded) -> tuple[tuple[int, int], ...]:
        if not question.sites:
            return ()
        return tuple(_span(name, encoded) for name in question.spans)

    def read(self, question: Question, requests: list[Request], results: list[Any]) -> Reply:
        """The reply that the engine's results mean."""
        own = results[0]
        acts = {f"{site}@{span}": value for (site, span), value in _named(question, own.activations).items()}
        about: dict[str, Any] = {"activations": acts, "form": self.chat.form(question.transcript, question.role)}
        if isinstance(question, Continue):
            text = self.tokenizer.decode(own.ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
            text = text.rstrip("\ufffd") if own.stop == "length" else text
            if not question.prefill:
                text = text.removeprefix(self.chat.encode(question.transcript, question.role).lead)
            tokens = self._tokens(own.ids)
            return Continuation(text, own.ids, own.logprobs, own.stop, own.entropies, tokens, **about)
        if isinstance(question, Choose):
            totals = [float(np.sum(row)) for row in own.logprobs]
            return Choice(dict(zip(question.options, totals, strict=True)), dict(question.options), **about)
        ids = list(requests[0].targets[0])  # type: ignore[union-attr]
        said = [result.logprobs[0].tolist() for result in results]
        more: dict[str, Any] = {}
        if question.kl or question.js:
            more = _divergences(question, [result.rows[0] for result in results])
        return Scored(ids, said[0], question.text, self._tokens(ids), said[1:], **more, **about)

    def _tokens(self, ids: Sequence[int]) -> list[str]:
        """Each token as text; bytes of a split character show as U+FFFD."""
        return [self.tokenizer.decode([token], clean_up_tokenization_spaces=False) for token in ids]


def _named(question: Question, activations: dict[str, np.ndarray]) -> dict[tuple[str, str], np.ndarray]:
    """Engine activations [spans, width] by (site, span name)."""
    return {(site, span): rows[k] for site, rows in activations.items() for k, span in enumerate(question.spans)}


def _span(name: str, encoded: Encoded) -> tuple[int, int]:
    if name == "last":
        return len(encoded.ids) - 1, len(encoded.ids)
    kind, _, index = name.partition(":")
    if kind != "turn" or not index.lstrip("-").isdigit():
        raise ValueError(f"span {name!r} is neither 'last' nor 'turn:K'")
    begin, end = encoded.spans[int(index)]
    if begin == end:
        raise ValueError(f"span {name!r}: that turn is empty")
    return begin, end


def shared_length(left: Sequence[int], right: Sequence[int]) -> int:
    """Length of the common beginning."""
    length = min(len(left), len(right))
    return next((k for k in range(length) if left[k] != right[k]), length)


def _divergences(question: Score, rows: list[np.ndarray]) -> dict[str, list[list[float]]]:
    """What a question asks for of the log-probabilities [tokens, vocabulary] of every context, summed in float64."""
    base, *others = rows
    found: dict[str, list[list[float]]] = {}
    if question.kl:
        found["kl"] = [_by_token(estimators.kl, base, other) for other in others]
    if question.js:
        found["js"] = [_by_token(estimators.js, base, other) for other in others]
        found["entropies"] = [_by_token(estimators.entropy, row) for row in rows]
    return found


def _by_token(measure: Callable[..., Any], *rows: np.ndarray) -> list[float]:
    """A measure of distributions, token after token: nothing is larger than rows over a vocabulary in float64."""
    return [float(measure(*(row.astype(np.float64) for row in token))) for token in zip(*rows, strict=True)]


def _decoding(request: SampleIds) -> list[Any]:
    return [request.max_tokens, request.temperature, request.top_p, request.top_k, request.min_p, sorted(request.stop)]
