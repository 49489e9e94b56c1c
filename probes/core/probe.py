"""The nouns: what trials, rows, probes and models are, together with the questions of `core.questions`. No torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

import numpy as np

from probes.core.describe import Documentation, allowed
from probes.core.questions import Choice, Choose, Continuation, Continue, Question, Reply, Score, Scored
from probes.schema.names import STATUSES

__all__ = [
    "STATUSES",
    "Choice",
    "Choose",
    "Continuation",
    "Continue",
    "Model",
    "Play",
    "Probe",
    "Question",
    "Reply",
    "Row",
    "Scalar",
    "Score",
    "Scored",
    "Trial",
]

Scalar = str | int | float | bool | None


@dataclass(frozen=True)
class Row:
    """One observation of a trial.

    Parameters
    ----------
    values : mapping of str to float or str
        Measure -> number, or the status that says why there is none: `unscored`, `refused`, `truncated` or `error`.
    facts : mapping of str to scalar
        Columns that this row brings in addition to those of its trial.
    reply : Reply or None
        The reply that it was read from, so that the conversation can be found again.

    Raises
    ------
    ValueError
        For a value that is neither a finite number nor a status.

    Examples
    --------
    >>> Row({"correct": 1.0}).values
    {'correct': 1.0}
    >>> Row({"correct": "refused"}).values
    {'correct': 'refused'}
    """

    values: Mapping[str, float | str]
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    reply: Reply | None = None

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            if isinstance(value, str) and value not in STATUSES[1:]:
                raise ValueError(f"{name}: {value!r} is neither a number nor a status ({', '.join(STATUSES[1:])})")
            if value is None or (isinstance(value, float) and not math.isfinite(value)):
                raise ValueError(f"{name}: {value} is no measurement; give the status that says why")


class Trial:
    """The facts of one trial, readable as attributes; together they are its identity.

    Parameters
    ----------
    **given
        Fact -> scalar (str, int, float, bool or None), or an object with `facts()` that gives scalars.

    Raises
    ------
    AttributeError
        For a fact that the trial does not have.
    TypeError
        From `facts()`, for a value that is neither.

    Examples
    --------
    >>> import probes
    >>> trial = Trial(number=7, arm=probes.arms(("even", "odd"))[0])
    >>> trial.number
    7
    >>> trial.facts()
    {'number': 7, 'arm': 'A=even B=odd', 'first_option': 'even'}
    """

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)

    def facts(self) -> dict[str, Scalar]:
        """All facts, flat, in the order given."""
        flat: dict[str, Scalar] = {}
        for name, value in self.__dict__.items():
            if not hasattr(value, "facts") and not isinstance(value, Scalar):
                raise TypeError(f"fact {name!r} is a {type(value).__name__}: give a scalar or an object with facts()")
            for own, fact in (value.facts() if hasattr(value, "facts") else {name: value}).items():
                if own in flat and flat[own] != fact:
                    raise ValueError(f"two values of one fact {own!r}: {flat[own]!r} and {fact!r}")
                flat[own] = fact
        return flat

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"this trial has no {name!r}; it has: {', '.join(self.__dict__)}")

    def __repr__(self) -> str:
        return f"Trial({self.facts()})"


Play = Generator[Question | list[Question] | Row, Any, None]
"""Yields questions and rows; a question gets its reply, a list of questions the list of their replies."""


@dataclass(frozen=True)
class Probe:
    """A measurement: a frozen dataclass whose fields are its parameters.

    Subclasses live one a file in `probes/<family>/suite/`; `help()` of one is written from what it declares. A field is
    explained by the string below it or the comment beside it.

    Parameters
    ----------
    **fields
        Those of the subclass.

    Raises
    ------
    ValueError
        For a parameter outside `allowed`, naming the field, the value and what may stand there.

    Examples
    --------
    >>> import probes
    >>> probe = probes.suite.triage(**probes.suite.triage.profiles["small"])
    >>> probe.parameters()["per_urgency"]
    3
    >>> probes.suite.triage(settings=("kitchen",))
    Traceback (most recent call last):
    ...
    ValueError: triage: settings='kitchen' is not one of 'critical', 'primary'
    """

    measures: ClassVar[Mapping[str, str]] = {}
    """Measure -> unit. Every row brings exactly these."""
    chance: ClassVar[Mapping[str, float]] = {}
    """Measure -> what a model that knows nothing must score on average, where that is known."""
    unit: ClassVar[str] = "trial"
    """The fact that names the independent unit (context, match, scene): what intervals are clustered by."""
    source: ClassVar[str] = ""
    allowed: ClassVar[Mapping[str, Collection[Any]]] = {}
    """Field -> the values it may have; of a field that holds several, each."""
    profiles: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Size of a run -> parameters: `small` is what the default report takes, `full` what a paper would."""
    example: ClassVar[Mapping[str, Any]] = {}
    """Parameters of a run of a few seconds on the null model: what the shared contract test uses."""
    version: ClassVar[int] = 1
    """Part of the identity of a run: raise it when the same parameters come to mean something else."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__doc__ = Documentation(cls.__dict__.get("__doc__") or "")  # type: ignore[assignment]

    def __post_init__(self) -> None:
        for name, values in self.allowed.items():
            given = getattr(self, name)
            for value in given if isinstance(given, tuple | list) else (given,):
                if value not in values:
                    kind = type(self).__module__.rpartition(".")[2]
                    raise ValueError(f"{kind}: {name}={value!r} is not one of {allowed(values)}")

    @classmethod
    def sized(cls, profile: str, **parameters: Any) -> Self:
        """The probe with the parameters of a profile; fields given besides take precedence.

        Raises ValueError where there is no such profile, naming those that there are.
        """
        if profile not in cls.profiles:
            raise ValueError(
                f"{cls.__name__} has no profile {profile!r}; there are: {', '.join(cls.profiles) or 'none'}"
            )
        return cls(**{**cls.profiles[profile], **parameters})

    def steps(self) -> int:
        """Questions a trial asks, where that is known and more than one: the progress bar counts them."""
        return 1

    def partners(self) -> Collection[str]:
        """Names of the models beside the one under test that its questions go to (`to`)."""
        return ()

    def trials(self) -> Iterable[Trial]:
        """All trials, the same every time."""
        raise NotImplementedError

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """One trial as a script: `reply = yield Question`, `replies = yield [Question, ...]`, `yield Row(...)`.

        What does not depend on a reply is asked for together: a list makes one batch of it.
        """
        raise NotImplementedError

    def parameters(self) -> dict[str, Any]:
        """Field -> value."""
        return {spec.name: getattr(self, spec.name) for spec in fields(self)}


@runtime_checkable
class Model(Protocol):
    """What answers questions: five members. `load_model` opens those that are shipped; anything alike is welcome.

    Examples
    --------
    >>> import probes
    >>> isinstance(probes.load_model("scripted:uniform"), Model)
    True
    """

    name: str
    fingerprint: str
    """Hash of weights, tokenizer and template (or of the policy)."""

    @property
    def info(self) -> Mapping[str, Any]:
        """What the run record says about it: source, dtype, device, checks."""
        ...

    def reply(self, questions: Sequence[Question], progress: Callable[[int], None] | None = None) -> list[Reply]:
        """Answers in the order of the questions, independent of batching; `progress` hears how many are answered."""
        ...

    def digest(self, question: Question) -> str:
        """Hash of exactly what would be computed: prompt ids, target ids, decoding (without the seed)."""
        ...
