"""Every causal architecture that transformers can build small: right, refused in words, or wrong. None may be wrong.

Right means: what the engine says is what a bare forward pass of the model says, alone, token by token. Beyond the bound
of float32 the same model is asked in float64, where rounding is gone and only a fault is left.
"""

from __future__ import annotations

import signal
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from architectures import built, language_model
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from probes.models.engine import Engine, SampleIds, ScoreIds
from probes.models.rehearse import rehearsed

TOLERANCE = 1e-4
EXACT = 1e-9
"""Nats that float64 may be off by."""
ALL = tuple(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)
BEGIN, END = "<!-- architectures -->", "<!-- end of architectures -->"


@torch.inference_mode()
def difference(engine: Engine) -> float:
    """Largest difference in nats from bare forward passes: scores in a batch, and every token of sampled turns."""

    def rows(tokens: tuple[int, ...]) -> np.ndarray:
        return engine.model(input_ids=torch.tensor([tokens])).logits[0].double().log_softmax(-1).numpy()

    prompts = [tuple((5 * at * at + 11 * k + 4) % 290 + 3 for at in range(9 + 2 * k)) for k in range(4)]
    asked: list[Any] = [ScoreIds(prompt, ((7, 9), (8,))) for prompt in prompts]
    asked += [SampleIds(prompt, 5, heat, seed=k) for k, prompt in enumerate(prompts) for heat in (0.0, 1.0)]
    gaps = []
    for request, result in zip(asked, engine.run(asked), strict=True):
        targets = request.targets if isinstance(request, ScoreIds) else (tuple(result.ids),)
        told = result.logprobs if isinstance(request, ScoreIds) else [np.array(result.logprobs)]
        for target, mine in zip(targets, told, strict=True):
            for at, token in enumerate(target):
                row = rows((*request.prompt, *target[:at]))[-1]
                gaps.append(abs(row[token] - mine[at]))
                if isinstance(request, SampleIds) and request.temperature == 0:
                    gaps.append(row.max() - row[token])
    return float(np.max(gaps))


def verdict(kind: str) -> tuple[str, str]:
    """(right, refused, wrong, undecided or not built, why)."""
    if inner := language_model(kind):
        return "elsewhere", f"its language model is {inner}"
    model, trouble = built(kind)
    if model is None:
        return "not built", trouble
    try:
        engine = Engine(model)
        prompts = [tuple((7 * at * at + 3 * k + 3) % 300 for at in range(20 + k)) for k in range(3)]
        bad = [name for name, told in rehearsed(engine, prompts, TOLERANCE).items() if told["passed"] is False]
    except TimeoutError:
        raise
    except Exception as error:
        return "refused", " ".join(f"{type(error).__name__}: {error}".split())[:200]
    if bad:
        return "refused", f"fails its self-check: {', '.join(bad)}"
    gap = difference(engine)
    how = "prefixes shared" if engine.sharing else engine.info["decoding"].partition(":")[0]
    if gap <= 4 * TOLERANCE:
        return "right", f"{how}; {gap:.0e} nats"
    try:
        exact = difference(Engine(built(kind)[0].double()))
    except RuntimeError as error:  # an operation that torch has in float32 only
        said = " ".join(str(error).split())[:80]
        return "undecided", f"{how}; {gap:.1e} nats, {engine.noise.gap:.0e} from itself; not in float64: {said}"
    return ("right" if exact <= EXACT else "wrong"), f"{how}; {gap:.0e} nats, in float64 {exact:.0e}"


def late(*_: object) -> None:
    raise TimeoutError


def verdicts(kinds: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """(architecture, verdict, why) as they are reached; two minutes of the processor for each, however busy it is."""
    before = signal.signal(signal.SIGPROF, late)
    for kind in kinds:
        signal.setitimer(signal.ITIMER_PROF, 120)
        try:
            yield kind, *verdict(kind)
        except TimeoutError:
            yield kind, "not built", "took longer than two minutes"
        except Exception as error:  # a configuration that cannot even be made with its defaults
            yield kind, "not built", " ".join(f"{type(error).__name__}: {error}".split())[:160]
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


@pytest.mark.slow
def test_no_architecture_is_wrong(capsys):
    """Prints right, refused and wrong; `pytest -s` shows every architecture."""
    found = []
    for kind, said, why in verdicts(ALL):
        found.append((kind, said))
        with capsys.disabled():
            print(f"{kind:30} {said:10} {why}", flush=True)
    counts = Counter(said for _, said in found)
    with capsys.disabled():
        print(dict(counts))
    assert [kind for kind, said in found if said == "wrong"] == []
    assert counts["undecided"] <= 1
    assert counts["right"] >= 130
    assert counts["not built"] <= 7


@pytest.mark.parametrize("kind", ["mamba", "rwkv", "bamba", "bert"])
def test_recurrent_and_bidirectional_models_are_right_or_refused(kind):
    """Sampling from a recurrent model went wrong without a word; a model that reads both ways passed for causal."""
    ((_, found, why),) = verdicts([kind])
    assert found == ("refused" if kind == "bert" else "right"), why


def table(path: str, *kinds: str) -> None:
    """Write verdicts into the page between its marks: `python test_architectures.py PAGE [ARCHITECTURE ...]`.

    All architectures, or those named, beside the rows that the page has of the others.
    """
    page = Path(path)
    before, _, rest = page.read_text().partition(BEGIN)
    old, _, after = rest.partition(END)
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in old.splitlines() if line.startswith("| ")]
    rows = {kind: (said, why) for kind, said, why in cells[1:]} if kinds else {}
    rows |= {kind: (said, why.replace("|", "/")) for kind, said, why in verdicts(kinds or ALL)}
    counts = Counter(said for said, _ in rows.values())
    total = ", ".join(f"{many} {said}" for said, many in counts.most_common())
    lines = [f"With transformers {transformers.__version__} and torch {torch.__version__}: {total}.", "",
             "| architecture | verdict | how, or why |", "|---|---|---|",
             *(f"| {kind} | {said} | {why} |" for kind, (said, why) in sorted(rows.items()))]  # fmt: skip
    page.write_text("\n".join([f"{before}{BEGIN}", *lines, f"{END}{after}"]))


if __name__ == "__main__":
    table(*sys.argv[1:])
