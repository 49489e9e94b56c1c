"""How often a GPU and the host wait for one another while a model writes, counted on the CPU by what crosses."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.overrides import TorchFunctionMode

from probes.models.engine import Engine, SampleIds, ScoreIds, sample

READS = {"item", "tolist", "cpu", "numpy", "__bool__", "__int__", "__float__", "__index__", "__array__", "__contains__",
         "nonzero", "argwhere", "masked_select", "unique", "equal", "allclose", "bincount"}  # fmt: skip
"""What gives the host a value, or needs one to know its own shape."""
UPLOADS = {"tensor", "as_tensor", "cuda"}
"""What brings values from the host. `to` moves nothing: all there is was made where it computes, or counted here."""


class Trips(TorchFunctionMode):
    """Counts calls at which a GPU would wait: values read by the host, lists and arrays sent to the device."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __enter__(self):
        self._given = torch.from_numpy  # no mode hears of it
        torch.from_numpy = lambda array: (setattr(self, "count", self.count + 1), self._given(array))[1]
        return super().__enter__()

    def __exit__(self, *error):
        torch.from_numpy = self._given
        return super().__exit__(*error)

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", str(func))
        self.count += name in READS | UPLOADS
        if name in ("__getitem__", "__setitem__"):
            parts = args[1] if isinstance(args[1], tuple) else (args[1],)
            self.count += sum(isinstance(part, list | range) or _mask(part) for part in parts)
        return func(*args, **(kwargs or {}))


def _mask(part: object) -> bool:
    """Indexing by a mask needs the number of places, which only the host can turn into a shape."""
    return isinstance(part, torch.Tensor) and part.dtype == torch.bool


def trips_a_step(engine: Engine, rows: int, **knobs) -> float:
    """By how much the count grows with every further token of `rows` continuations; beginnings and ends cancel."""
    counts = []
    for length in (6, 26):
        asked = [SampleIds((9, 8, 7, 20 + k), length, seed=k, **knobs) for k in range(rows)]
        with Trips() as trips:
            engine.run(asked)
        counts.append(trips.count)
    return (counts[1] - counts[0]) / 20


BOUNDS = {
    "greedy": ({"temperature": 0.0}, 2),  # newest tokens with their places go up, all that is recorded comes down
    "temperature 1": ({"temperature": 1.0}, 3),  # noise goes up
    "temperature .7": ({"temperature": 0.7}, 4),  # temperatures go up
    "filters": ({"temperature": 0.7, "top_p": 0.9, "top_k": 50, "min_p": 0.01}, 5),  # filters go up
}


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("case", BOUNDS)
@pytest.mark.parametrize("name", ["llama", "gemma3", "mistral", "gpt_oss", "gpt2"])
def test_trips_of_a_decode_step_are_few_however_many_rows(zoo, name, case, rows):
    knobs, most = BOUNDS[case]
    assert 0 < trips_a_step(Engine(zoo(name)), rows, **knobs) <= most


PLANTED = {
    "a value read for every row": lambda rows, each: torch.stack([each + 0 * float(each) for each in each]),
    "a list as an index": lambda rows, each: each[list(range(len(each)))],
    "a mask as an index": lambda rows, each: each[each == each],
    "an array of numpy": lambda rows, each: each + torch.from_numpy(np.zeros(len(each), dtype=np.float32)),
    "a question about all": lambda rows, each: each * bool((each == each).all()),
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_counter_sees_what_makes_a_device_wait(llama, monkeypatch, name):
    """Else the bound would hold for nothing."""
    engine, take = Engine(llama), sample.entropy
    before = trips_a_step(engine, 12, temperature=0.0)
    monkeypatch.setattr(sample, "entropy", lambda rows: PLANTED[name](rows, take(rows)))
    more = trips_a_step(engine, 12, temperature=0.0) - before
    assert round(more) == (12 if "every row" in name else 1)


def test_trips_of_scoring_do_not_grow_with_readers(llama):
    """One reading of all scores of a slab, whatever the number of options."""

    def counted(options: int) -> int:
        engine = Engine(llama)
        with Trips() as trips:
            engine.run([ScoreIds((9, 8, 7), tuple((5 + k,) for k in range(options)))])
        return trips.count

    assert counted(40) == counted(2) > 0


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_log_probabilities_are_those_of_float32_and_ties_go_to_the_first(llama, dtype):
    """Logits of half precision tie often: two equal rows of the head must not let the batch decide."""
    import copy

    model = copy.deepcopy(llama).to(dtype)
    prompts = [(9, 8, 7, 20 + k) for k in range(9)]
    best = [result.ids[0] for result in Engine(model).run([SampleIds(prompt, 1, 0.0) for prompt in prompts])]
    with torch.no_grad():
        head = model.lm_head.weight
        head[best[0] + 1] = head[best[0]]  # from now on two tokens share the first place
    engine = Engine(model)
    for company in (prompts[:1], prompts):
        first = engine.run([SampleIds(prompt, 1, 0.0) for prompt in company])[0]
        assert first.ids == [best[0]]
    scored = engine.run([ScoreIds(prompts[0], ((best[0],), (best[0] + 1,)), full=True)])[0]
    assert scored.rows[0].dtype == "float32"
    assert float(torch.tensor(scored.rows[0]).double().exp().sum()) == pytest.approx(1, abs=1e-5)
    assert scored.logprobs[0] == scored.logprobs[1] == first.logprobs
