"""A simulation that calls its model, as Concordia's do, played as a trial: recorded, resumed and batched like one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ClassVar

import numpy as np

from probes.core.chance import Chance
from probes.core.probe import Play, Probe, Question, Reply, Row, Trial
from probes.core.questions import Choose, Continue
from probes.core.transcript import Transcript

__all__ = ["Simulated", "Simulation"]


class _Left(BaseException):
    """The trial is over before the simulation: raised where that waits for a reply."""


class Simulated:
    """What a simulation gets in place of a language model: the two calls of Concordia's interface.

    Every call waits for its reply; calls from several threads are answered one at a time. `to` names a partner, and
    `speaking(to)` gives the model that such an actor is given.

    Parameters
    ----------
    longest : int
        Tokens of a reply at most, whatever `max_tokens` says.
    key : int
        Of the random streams of calls that bring no seed: one for every prompt and the times it was asked before, so
        that the order in which threads call does not matter.
    """

    def __init__(self, longest: int, key: int) -> None:
        self.longest, self.key, self.to = longest, key, ""
        self.last: Reply | None = None
        """The latest reply; rows that name it lead to the conversation."""
        self._calls: SimpleQueue[Question | None] = SimpleQueue()
        self._replies: SimpleQueue[Reply | None] = SimpleQueue()
        self._turn = Lock()
        self._times: Counter[str] = Counter()

    def speaking(self, to: str) -> Simulated:
        """The same simulation's calls, answered by the partner named."""
        other = copy(self)
        other.to = to
        return other

    def sample_text(
        self,
        prompt: str,
        *,
        max_tokens: int = 5000,
        terminators: Collection[str] = (),
        temperature: float = 0.5,
        top_p: float = 1.0,
        top_k: int = 0,
        timeout: float = 60.0,
        seed: int | None = None,
    ) -> str:
        """The assistant's turn after a prompt, up to the first of `terminators`; `timeout` is not looked at."""
        if seed is None:
            seed = self._seed(prompt)
        question = Continue(
            Transcript().user(prompt), max_tokens=min(max_tokens, self.longest), temperature=temperature,
            top_p=top_p, top_k=top_k, seed=seed, to=self.to,
        )  # fmt: skip
        text = str(getattr(self._asked(question), "text", ""))
        return text[: min((place for mark in terminators if mark and (place := text.find(mark)) >= 0), default=None)]

    def sample_choice(
        self, prompt: str, responses: Sequence[str], *, seed: int | None = None
    ) -> tuple[int, str, Mapping[str, Any]]:
        """Index and text of the response drawn from their exact probabilities, and these.

        ValueError for responses that are empty, alike or fewer than two.
        """
        if len(set(responses)) < len(responses):
            raise ValueError(f"two responses are alike: {list(responses)}")
        options = {response: response for response in responses}
        reply: Any = self._asked(Choose(Transcript().user(prompt), options, to=self.to))
        taken = reply.draw(np.random.default_rng(self._seed(prompt) if seed is None else seed))
        return list(responses).index(taken), taken, {"p": dict(reply.p), "mass": reply.mass}

    def _seed(self, prompt: str) -> int:
        with self._turn:
            self._times[prompt] += 1
            words = f"{self.key} {self.to} {self._times[prompt]} {prompt}"
        return int(hashlib.sha256(words.encode()).hexdigest()[:15], 16)

    def _asked(self, question: Question) -> Reply:
        with self._turn:
            self._calls.put(question)
            self.last = self._replies.get()
            if self.last is None:
                self._replies.put(None)  # whoever calls next leaves too
                raise _Left
            return self.last

    def _played(self, simulation: Callable[[], Iterable[Row]]) -> Play:
        """The script of a trial: what the simulation asks from its thread, and the rows it ends with."""
        ended: list[Row | BaseException] = []

        def work() -> None:
            try:
                ended.extend(simulation())
            except BaseException as error:
                ended[:] = [error]
            self._calls.put(None)

        chance = Chance(self.key)
        thread = Thread(target=work, name="simulation", daemon=True)
        try:
            with chance:
                thread.start()
                question = self._calls.get()
            while question is not None:
                reply = yield question
                with chance:
                    self._replies.put(reply)
                    question = self._calls.get()
        finally:
            self._replies.put(None)
            thread.join()
        for row in ended:
            if isinstance(row, BaseException):
                raise row
            yield row


@dataclass(frozen=True)
class Simulation(Probe):
    """A probe whose script calls the model instead of yielding questions: the way to a Concordia simulation.

    Subclasses give `trials`, `measures` and `simulate`. Each trial builds its simulation anew and runs it in a thread
    of its own; trials are in flight together, so the model sees their calls in batches. A run that is resumed plays the
    simulation again on the stored replies: it has to ask the same when it is answered the same. What it draws from
    `random` and `numpy.random` without a seed comes from the trial's stream.

    Examples
    --------
    >>> import probes
    >>> class Poll(Simulation):
    ...     measures = {"yes": "0 or 1"}
    ...     def trials(self):
    ...         return [probes.Trial(town=name) for name in ("Rye", "Ely")]
    ...     def simulate(self, trial, model, rng):
    ...         news = model.sample_text(f"What is new in {trial.town}?", max_tokens=8)
    ...         taken, _, _ = model.sample_choice(f"{news} Is that good?", ["Yes", "No"])
    ...         return [probes.Row({"yes": float(taken == 0)}, reply=model.last)]
    >>> probes.run(Poll(), probes.load_model("scripted:first"))["value"].tolist()
    [1.0, 1.0]
    """

    longest: ClassVar[int] = 256
    """Tokens of a text at most: simulations ask for thousands, and small models use them."""

    def simulate(self, trial: Trial, model: Simulated, rng: np.random.Generator) -> Iterable[Row]:
        """The simulation, from its beginning to the rows it ends with."""
        raise NotImplementedError

    def play(self, trial: Trial, rng: np.random.Generator) -> Play:
        """The simulation as a script."""
        model = Simulated(self.longest, int(rng.integers(2**63)))
        return model._played(lambda: self.simulate(trial, model, rng))
