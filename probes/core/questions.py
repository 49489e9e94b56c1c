"""What a model can be asked: `Choose`, `Continue`, `Score`; what comes back lies in `replies`. No torch."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from probes.core.replies import Choice, Continuation, Reply, Scored, restored
from probes.core.transcript import ROLES, Transcript

__all__ = [
    "Choice",
    "Choose",
    "Continuation",
    "Continue",
    "Question",
    "Reply",
    "Score",
    "Scored",
    "identity",
    "restored",
]


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What every question has: whose turn is open, how it begins, and which activations to bring back."""

    prefill: str = ""
    """Text the open turn already holds; labels and texts follow it directly."""
    sites: tuple[str, ...] = ()
    """Activation names such as `blocks.7.hook_resid_post`."""
    spans: tuple[str, ...] = ("last",)
    """Where: `last` (the last prompt token) or `turn:K` (mean over turn K's tokens)."""
    to: str = ""
    """Name of the partner that is asked, in a `Company`; by default the model under test."""


@dataclass(frozen=True)
class Choose(_Asked):
    """Asks how probable each option is as the beginning of the open turn.

    Parameters
    ----------
    transcript : Transcript
        The conversation before the open turn.
    options : mapping of str to str
        Label -> meaning, in the order shown; at least two. Labels of one meaning add up.
    role : {"assistant", "user", "system"}
        Whose turn is open.
    prefill : str
        Text that the open turn already holds. Labels follow it directly: after "Answer:" the label is " A", not "A".
    sites, spans : tuple of str
        Activations to bring back, and at which tokens; see `Capture`.

    Raises
    ------
    ValueError
        For fewer than two options, an empty label or an unknown role.

    Examples
    --------
    The reply has `logprobs` (label -> nats), `p` (meaning -> probability among the options) and `mass` (probability of
    all options together).

    >>> import probes
    >>> talk = probes.Transcript().user("Is 7 odd? A) yes B) no")
    >>> (reply,) = probes.load_model("scripted:uniform").reply([Choose(talk, {"A": "yes", "B": "no"})])
    >>> reply.p
    {'yes': 0.5, 'no': 0.5}
    """

    transcript: Transcript
    options: Mapping[str, str]
    role: str = "assistant"

    def __post_init__(self) -> None:
        _check_role(self.role)
        if len(self.options) < 2:
            raise ValueError("Choose needs at least two options")
        if any(not label for label in self.options):
            raise ValueError("an option label is empty")
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))


@dataclass(frozen=True)
class Continue(_Asked):
    """Asks the model to write the open turn.

    Parameters
    ----------
    transcript : Transcript
        The conversation before the open turn.
    role : {"assistant", "user", "system"}
        Whose turn is written.
    max_tokens : int
        Longest turn, in tokens.
    temperature : float
        0 is greedy.
    top_p, top_k, min_p : float, int, float
        Truncation of the distribution that is sampled; 1, 0 and 0 turn it off.
    seed : int or None
        Of the sampling; None lets `run` draw one from the trial's stream.
    prefill : str
        Text that the open turn already holds.
    sites, spans : tuple of str
        Activations to bring back, and at which tokens; see `Capture`.

    Raises
    ------
    ValueError
        For settings out of range or an unknown role.

    Examples
    --------
    The reply has `text`, `ids`, `logprobs` (nats at temperature 1, one for each token) and `stop` (`end_of_turn` or
    `length`).

    >>> import probes
    >>> question = Continue(probes.Transcript().user("Hello"), role="user", max_tokens=8, temperature=1.0)
    >>> question.seed is None
    True
    """

    transcript: Transcript
    role: str = "assistant"
    max_tokens: int = 64
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    seed: int | None = None

    def __post_init__(self) -> None:
        _check_role(self.role)
        if not (math.isfinite(self.temperature) and self.temperature >= 0):
            raise ValueError(f"temperature must be finite and >= 0, got {self.temperature}")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p must lie in (0, 1], got {self.top_p}")
        if self.top_k < 0 or not 0 <= self.min_p <= 1:
            raise ValueError("top_k must be >= 0 (0 is off) and min_p must lie in [0, 1]")
        if isinstance(self.max_tokens, bool) or not hasattr(self.max_tokens, "__index__") or self.max_tokens < 1:
            raise ValueError(f"max_tokens must be a whole number >= 1, got {self.max_tokens!r}")


@dataclass(frozen=True)
class Score(_Asked):
    """Asks how probable a given text is in the open turn, token by token.

    Parameters
    ----------
    transcript : Transcript
        The conversation before the open turn.
    text : str
        What is scored; or exact token `ids` instead.
    ids : tuple of int
        Token ids to score instead of `text`.
    role : {"assistant", "user", "system"}
        Whose turn is open.
    contexts : tuple of Transcript
        Further transcripts under which the *same ids* are scored.
    kl : bool
        Whether each context brings the full-vocabulary divergence KL(transcript || context) at every token, in nats.
    js : bool
        Whether each context brings the Jensen-Shannon divergence (symmetric, at most log 2), and transcript and
        contexts their entropies.
    prefill : str
        Text that the open turn already holds.
    sites, spans : tuple of str
        Activations to bring back, and at which tokens; see `Capture`.

    Raises
    ------
    ValueError
        Where not exactly one of `text` and `ids` is given, or for an unknown role.

    Examples
    --------
    The reply has `ids`, `logprobs` (nats, one for each token) and `total` (nats).

    >>> import probes
    >>> talk = probes.Transcript().user("2+2?").assistant("4.")
    >>> Score(talk, role="user", text="And 3+3?").kl
    False
    """

    transcript: Transcript
    text: str = ""
    ids: tuple[int, ...] = ()
    role: str = "assistant"
    contexts: tuple[Transcript, ...] = ()
    kl: bool = False
    js: bool = False

    def __post_init__(self) -> None:
        _check_role(self.role)
        if bool(self.text) == bool(self.ids):
            raise ValueError("Score needs exactly one of text and ids")


Question = Choose | Continue | Score


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise ValueError(f"role {role!r} is not one of {', '.join(ROLES)}")


def identity(question: Question) -> str:
    """Hash of the words of a question: transcripts and settings, without the seed. No tokenizer is asked."""
    shown = {
        k: v for k, v in vars(question).items() if k not in ("transcript", "seed", "contexts") and (k != "to" or v)
    }
    if isinstance(question, Choose):
        shown["options"] = dict(question.options)
    seen = [question.transcript.digest(), *[context.digest() for context in getattr(question, "contexts", ())]]
    return hashlib.sha256(f"{type(question).__name__}{seen}{shown}".encode("utf-8", "backslashreplace")).hexdigest()
