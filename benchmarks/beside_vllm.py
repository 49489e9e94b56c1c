"""vLLM on the same questions, where it is installed: weights of its own that are random too, so only times compare."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import families, work
from benchmarks.timing import interleave, row, rows
from probes.models.engine import Engine, SampleIds

MEMORY = 0.35
"""Share of the device that vLLM takes; the engine beside it has the rest."""


def measure(model: Any, scale: str, turns: int) -> list[str]:
    """Rows of the table: choices, each option scored after its prompt, and turns that end at their own lengths."""
    try:
        from vllm import LLM, SamplingParams
    except ImportError:
        return [row("vLLM", "not installed")]
    engine, tokens = Engine(model.model), families.TOKENS[scale][0]
    items = work.choices(work.asked(model, "minds", tokens))
    turns_asked = [r for r in work.asked(model, "user_turn", tokens).requests if isinstance(r, SampleIds)]
    lengths = [len(found.ids) or 1 for found in engine.run(turns_asked)]
    with tempfile.TemporaryDirectory() as folder:
        llm = _opened(LLM, model, Path(folder))

        def scored() -> Any:
            given = [{"prompt_token_ids": [*item.prompt, *option]} for item in items for option in item.targets]
            return llm.generate(given, SamplingParams(max_tokens=1, prompt_logprobs=0), use_tqdm=False)

        def sampled() -> Any:
            knobs = [SamplingParams(max_tokens=n, temperature=1.0, seed=k, ignore_eos=True, logprobs=0)
                     for k, n in enumerate(lengths)]  # fmt: skip
            return llm.generate([{"prompt_token_ids": list(one.prompt)} for one in turns_asked], knobs, use_tqdm=False)

        def ours(requests: Any) -> Any:
            engine.clear()
            return engine.run(requests)

        one = interleave({"ours": lambda: ours(items), "vLLM": scored}, turns)
        two = interleave({"ours": lambda: ours(turns_asked), "vLLM": sampled}, turns)
    return [*rows("(a) choices beside vLLM", one), *rows("(b) sampling beside vLLM", two)]


def _opened(llm: Any, model: Any, folder: Path) -> Any:
    """Its own engine of the same shape; `dummy` weights are random and need no file."""
    model.model.config.save_pretrained(folder)
    told = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**told, "architectures": ["LlamaForCausalLM"]}))
    return llm(model=str(folder), load_format="dummy", skip_tokenizer_init=True, dtype="bfloat16", max_model_len=4096,
               gpu_memory_utilization=MEMORY)  # fmt: skip
