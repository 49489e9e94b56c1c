"""`python -m benchmarks.gpu`: the first run on a GPU in one command, ten minutes at most, which writes its own table.

Eight billion random weights in bfloat16: what they say is nothing, how long it takes is what real ones take. vLLM takes
part where it is installed.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch

from benchmarks import beside_vllm, families
from benchmarks.timing import HEAD
from probes.models.folder import within

MINUTES = 10.0
SIZES = {
    "8b": {"hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32},
    "small": {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 8},
}
"""`small` is for trying the command itself."""
QUESTIONS: dict[str, Callable[..., Iterable[str]]] = {
    **{family: partial(families.measure, families=(family,)) for family in ("minds", "user_turn", "context")},
    "vLLM": beside_vllm.measure,
}
NEVER = "# GPU: never measured"
"""The first line of the page until a GPU has been there."""


def main() -> None:
    """Measure and write the table after every question, so that a run that is cut leaves what it has."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--size", default="8b", choices=SIZES)
    parser.add_argument("--scale", default="middle", choices=families.TOKENS)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="what does not begin or end in time is left out")
    parser.add_argument("--to", type=Path, default=Path(__file__).parent / "gpu.md")
    given = parser.parse_args()
    place = "cuda" if torch.cuda.is_available() else "cpu"
    if place == "cpu" and given.size != "small":
        parser.error("no GPU here; `--size small` tries the command on the processor")
    end = time.monotonic() + 60 * given.minutes
    title = f"# GPU: {time.strftime('%Y-%m-%d', time.gmtime())}" if place == "cuda" else NEVER
    lines = [
        title,
        "",
        f"{given.size}, {torch.bfloat16}, {_machine(place)}, torch {torch.__version__}",
        "",
        *HEAD.splitlines(),
    ]
    for line in measured(opened(given.size, place), given.scale, end):
        print(line, flush=True)
        lines.append(line)
        given.to.write_text("\n".join([*lines, ""]), encoding="utf-8")


def measured(model: Any, scale: str, end: float) -> Iterator[str]:
    """Rows of the table; a question that fails or takes too long says so in a row of its own."""
    for name, measure in QUESTIONS.items():
        left = end - time.monotonic()
        if left <= 0:
            yield f"| {name} | not measured | no time is left | | | |"
            continue
        try:
            yield from within(left, lambda ask=measure: list(ask(model, scale, 1)))()
        except Exception as error:  # one question must not cost the others
            yield f"| {name} | not measured | {type(error).__name__}: {' '.join(str(error).split())[:120]} | | | |"


def opened(size: str, place: str) -> Any:
    """Random weights made where they are used, behind the face that the benchmarks know."""
    from transformers import LlamaConfig, LlamaForCausalLM

    from probes.models.local import LocalModel

    tokenizer = _tokenizer()
    marks = {"bos_token_id": None, "eos_token_id": tokenizer.eos_token_id}
    config = LlamaConfig(
        **SIZES[size], **marks, vocab_size=max(128256 if size == "8b" else 0, len(tokenizer)), num_key_value_heads=8,
        max_position_embeddings=8192,
    )  # fmt: skip
    torch.manual_seed(0)
    with torch.device(place):
        model = LlamaForCausalLM._from_config(config, dtype=torch.bfloat16)
    info = {"source": f"random-{size}", "kind": "tiny", "weights": size, "dtype": "bfloat16", "device": place}
    return LocalModel(f"random-{size}", model, tokenizer, info)


def _tokenizer() -> Any:
    """That of the embedded model where it is installed, so that prompts have the lengths of real ones."""
    from probes.models.gguf import LoadError
    from probes.models.load import find, load_tokenizer
    from probes.models.tiny import tiny_tokenizer

    try:
        return load_tokenizer(find("smollm2-135m", None, False)[0])
    except LoadError:
        return tiny_tokenizer()


def _machine(place: str) -> str:
    return torch.cuda.get_device_name() if place == "cuda" else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
