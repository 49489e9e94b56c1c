"""Folders of the kinds of model that people run, small and with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import transformers

from benchmarks.gguf_file import written
from probes.models.tiny import tiny_model, tiny_tokenizer

THINKS = """
{%- for m in messages -%}{{- '<|im_start|>' + m.role + '\\n' -}}
{{- (m.content.split('</think>')[-1] if m.role == 'assistant' else m.content) + '<|im_end|>\\n' -}}{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}
{%- if not enable_thinking -%}{{- '<think>\\n\\n</think>\\n\\n' -}}{%- endif -%}{%- endif -%}
"""
NO_SYSTEM = (
    "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}"
    "<|im_start|>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>model\n{% endif %}"
)
TEXT = {"vocab_size": 512, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "max_position_embeddings": 4096, "pad_token_id": 0, "eos_token_id": 2,
        "bos_token_id": 1}  # fmt: skip
VISION = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
          "image_size": 16, "patch_size": 8}  # fmt: skip


def talks(path: Path) -> Path:
    """Eight conversations of two exchanges, as `probes.datasets.messages_jsonl` reads them."""
    lines = []
    for thing in ("river", "window", "lamp", "cup", "music", "letter", "winter", "horse"):
        said = (f"How do I draw a {thing}?", f"Begin with the outline of the {thing}, then add shade.",
                f"And which colour has a {thing}?", "Take a warm grey, and lighten it at the top.")  # fmt: skip
        turns = [{"role": ("user", "assistant")[k % 2], "content": text} for k, text in enumerate(said)]
        lines.append(json.dumps({"id": thing, "domain": "help", "messages": turns}))
    path.write_text("\n".join(lines))
    return path


def plain(folder: Path) -> Path:
    """The null model as a folder."""
    for part in tiny_model():
        part.save_pretrained(folder)
    return folder


def wide_heads(folder: Path) -> Path:
    """The null model's shape with two heads of 32, the least that vLLM computes on a CPU."""
    config = transformers.LlamaConfig(**{**TEXT, "hidden_size": 64, "num_attention_heads": 2, "initializer_range": 0.2})
    config.vocab_size = len(tiny_tokenizer())
    with torch.random.fork_rng():
        torch.manual_seed(0)
        transformers.LlamaForCausalLM(config).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


def base(folder: Path) -> Path:
    """Without a chat template."""
    (plain(folder) / "chat_template.jinja").unlink()
    return folder


def no_system(folder: Path) -> Path:
    """With the template of a family that knows no system turn and insists on alternation."""
    (plain(folder) / "chat_template.jinja").write_text(NO_SYSTEM)
    return folder


def reasoning(folder: Path, begin: str = "<think>", end: str = "</think>") -> Path:
    """With marks of thoughts, and a template that knows them."""
    tokenizer = tiny_tokenizer()
    tokenizer.add_tokens([begin, end])
    tokenizer.chat_template = THINKS.replace("<think>", begin).replace("</think>", end)
    tokenizer.save_pretrained(folder)
    model = tiny_model()[0]
    model.resize_token_embeddings(len(tokenizer))
    model.save_pretrained(folder)
    return folder


def vision(folder: Path, family: str = "llava") -> Path:
    """A model of images and texts whose two parts have blocks of one number."""
    text, marks = transformers.LlamaConfig(**TEXT), {"image_token_index": 3, "image_seq_length": 4}
    config = {
        "llava": lambda: transformers.LlavaConfig(
            text_config=text, vision_config=transformers.CLIPVisionConfig(**VISION), **marks
        ),
        "smolvlm": lambda: transformers.SmolVLMConfig(
            text_config=text, vision_config=transformers.SmolVLMVisionConfig(**VISION), image_token_id=3
        ),
    }[family]()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        transformers.AutoModelForImageTextToText.from_config(config).save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


def adapter(folder: Path, base: Path, seed: int = 1, **config: Any) -> tuple[Path, Any]:
    """(a folder with a LoRA adapter of `base`, which is `plain`; the adapted model). Seed 0: an untrained one."""
    import peft

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        lora = peft.LoraConfig(
            r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], init_lora_weights=seed == 0, **config
        )
        model = peft.get_peft_model(tiny_model()[0], lora)
    model.peft_config["default"].base_model_name_or_path = str(base)
    model.save_pretrained(folder)
    return folder, model.eval()


def eight_bits(folder: Path, block: int = 16) -> tuple[Path, dict[str, torch.Tensor]]:
    """(a checkpoint with FP8 weights and a scale for each block, as DeepSeek and Qwen publish them; what these are)."""
    from safetensors.torch import load_file, save_file

    path = plain(folder) / "model.safetensors"
    kept, meant = {}, {}
    for name, weight in load_file(path).items():
        kept[name] = weight
        if "_proj." in name:
            tiles = weight.unflatten(0, (-1, block)).unflatten(2, (-1, block)).transpose(1, 2)
            scale = tiles.abs().amax((2, 3)) / 448
            small = (tiles / scale[:, :, None, None]).to(torch.float8_e4m3fn)
            back = small.float() * scale[:, :, None, None]
            kept[name] = small.view(torch.uint8).transpose(1, 2).reshape(weight.shape).view(torch.float8_e4m3fn)
            kept[f"{name}_scale_inv"] = scale
            meant[name] = back.transpose(1, 2).reshape(weight.shape)
    save_file({name: part.contiguous() for name, part in kept.items()}, path, metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    told = {"quant_method": "fp8", "activation_scheme": "dynamic", "weight_block_size": [block, block]}
    (folder / "config.json").write_text(json.dumps({**config, "quantization_config": told}))
    return folder, meant


def one_file(path: Path, seed: int = 0) -> Path:
    """The null model as a GGUF file with float32 weights, for engines that read nothing else."""
    model, tokenizer = tiny_model(seed)
    return written(model, path, lambda writer: _tokens(writer, tokenizer))


def _tokens(writer: Any, tokenizer: Any) -> None:
    from gguf import TokenType

    merges = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
    words = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().get)
    special = set(tokenizer.all_special_tokens) | {str(one) for one in tokenizer.added_tokens_decoder.values()}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(words)
    writer.add_token_types([TokenType.CONTROL if word in special else TokenType.NORMAL for word in words])
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_pad_token_id(0)
    writer.add_add_bos_token(False)
    writer.add_chat_template(tokenizer.chat_template)
