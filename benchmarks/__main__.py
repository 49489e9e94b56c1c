"""`python -m benchmarks`: the table of `benchmarks/README.md`, measured here and now."""

from __future__ import annotations

import argparse
import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

import probes
from benchmarks import beside_llama, families, growth, load, neighbour
from benchmarks.timing import HEAD

QUESTIONS = {
    "families": families.measure, "llama": beside_llama.measure, "growth": growth.measure,
    "neighbour": neighbour.measure, "load": load.measure,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("questions", nargs="*", help=f"some of {', '.join(QUESTIONS)}; all by default")
    parser.add_argument("--model", default="smollm2-135m", help="as in probes.load_model")
    parser.add_argument(
        "--scale", default="part", choices=families.TOKENS, help="full: every probe at its default size"
    )
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    unknown = set(given.questions) - set(QUESTIONS)
    if unknown:
        parser.error(f"no benchmark called {', '.join(sorted(unknown))}; there are {', '.join(QUESTIONS)}")
    torch.set_num_threads(given.threads)
    model = probes.load_model(given.model)
    print(f"{conditions(model, given)}\n\n{HEAD}", flush=True)
    for name in given.questions or QUESTIONS:
        for line in QUESTIONS[name](model, given.scale, given.turns):
            print(line, flush=True)


def conditions(model: Any, given: argparse.Namespace) -> str:
    """When, on what, with what, and how busy the machine was."""
    packages = [f"{name} {_version(name)}" for name in ("torch", "transformers", "lm_eval", "xllamacpp")]
    machine = f"{platform.machine()}, {os.cpu_count()} processors, {torch.backends.cpu.get_cpu_capability()}"
    return (
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC; {model.name}, {model.info['dtype']}; scale "
        f"{given.scale}, {given.turns} turns, {given.threads} thread(s); {machine}, load {os.getloadavg()[0]:.1f} at "
        f"the beginning; {', '.join(packages)}"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
