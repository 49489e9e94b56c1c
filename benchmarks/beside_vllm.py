"""vLLM on the same questions, where it is installed: weights of its own that are random too, so only times compare."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import grid, sampling, work
from benchmarks.timing import interleave, rows
from probes.models.engine import Engine, SampleIds

MEMORY = 0.35
"""Share of the device that vLLM takes; the engine beside it has the rest."""


def measure(model: Any, scale: str, turns: int) -> list[str]:
    """Rows of the table: the grid, each option scored after its prompt, and turns that end at their own lengths."""
    try:
        from vllm import LLM, SamplingParams
    except ImportError:
        return ["| vLLM | not installed | | | | |"]
    engine, items = Engine(model.model), work.grid(model.tokenizer, *grid.SIZES[scale])
    contexts = work.dialogues(model.tokenizer, sampling.SIZES[scale][0])
    prompts = [context for context in contexts for _ in range(sampling.TURNS)]
    lengths = [sampling.LENGTHS[13 * k % len(sampling.LENGTHS)] for k in range(len(prompts))]
    with tempfile.TemporaryDirectory() as folder:
        llm = _opened(LLM, model, Path(folder))

        def scored() -> Any:
            given = [{"prompt_token_ids": [*prompt, *option]} for prompt, options in items for option in options]
            return llm.generate(given, SamplingParams(max_tokens=1, prompt_logprobs=0), use_tqdm=False)

        def sampled() -> Any:
            knobs = [SamplingParams(max_tokens=n, temperature=1.0, seed=k, ignore_eos=True, logprobs=0)
                     for k, n in enumerate(lengths)]  # fmt: skip
            return llm.generate([{"prompt_token_ids": list(one)} for one in prompts], knobs, use_tqdm=False)

        def ours() -> Any:
            engine.clear()
            asked = [SampleIds(p, n, 1.0, seed=k) for k, (p, n) in enumerate(zip(prompts, lengths, strict=True))]
            return engine.run(asked)

        one = interleave({"ours": lambda: (engine.clear(), work.scores(engine, items)), "vLLM": scored}, turns)
        two = interleave({"ours": ours, "vLLM": sampled}, turns)
    return [*rows("(a) grid beside vLLM", one), *rows("(b) sampling beside vLLM", two)]


def _opened(llm: Any, model: Any, folder: Path) -> Any:
    """Its own engine of the same shape; `dummy` weights are random and need no file."""
    model.model.config.save_pretrained(folder)
    told = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**told, "architectures": ["LlamaForCausalLM"]}))
    return llm(model=str(folder), load_format="dummy", skip_tokenizer_init=True, dtype="bfloat16", max_model_len=4096,
               gpu_memory_utilization=MEMORY)  # fmt: skip
