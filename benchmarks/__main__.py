"""`python -m benchmarks`: the table of `benchmarks/README.md`, measured here and now."""

from __future__ import annotations

import argparse
from typing import Any

import torch

from benchmarks import contrasts, grid, matches, sampling
from benchmarks.timing import HEAD

QUESTIONS = {
    "grid": grid.measure,
    "sampling": sampling.measure,
    "matches": matches.measure,
    "contrasts": contrasts.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("questions", nargs="*", help=f"some of {', '.join(QUESTIONS)}; all by default")
    parser.add_argument("--model", default="smollm2-135m", help="as in probes.load_model")
    parser.add_argument("--scale", default="part", choices=grid.SIZES, help="full: the sizes of the stated goals")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    unknown = set(given.questions) - set(QUESTIONS)
    if unknown:
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}; there are {', '.join(QUESTIONS)}")
    torch.set_num_threads(given.threads)
    model = opened(given.model)
    print(HEAD, flush=True)
    for name in given.questions or QUESTIONS:
        for line in QUESTIONS[name](model, given.scale, given.turns):
            print(line, flush=True)


def opened(source: str) -> Any:
    """The project's own model: weights, tokenizer and engine."""
    import probes

    return probes.load_model(source)


if __name__ == "__main__":
    main()
