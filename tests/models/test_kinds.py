"""Kinds of model that people run: reasoning, adapters, base, vision folders, quantised; right, or refused in words."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from contextlib import suppress

import made
import pytest
import torch
import transformers

import probes
from probes import Choose, Continue, Score, Transcript
from probes.models.bridge import bridged
from probes.models.gguf import check_gguf
from probes.models.open import Asked, open_local
from probes.models.scaffold import FORMS
from probes.models.steer import Steered
from probes.models.tiny import tiny_tokenizer

TALK = Transcript().user("Which one?\n\nA or B.")
ASK = Choose(TALK, {"A": "a", "B": "b"})


@pytest.fixture
def folder(tmp_path):
    return made.plain(tmp_path / "m")


def opened(source, **options):
    return probes.load_model(str(source), check=False, device="cpu", dtype="float32", **options)


# Base models


@pytest.fixture
def base(tmp_path):
    return made.base(tmp_path / "base")


def test_a_model_without_template_is_refused_before_its_weights_are_read(base, monkeypatch):
    monkeypatch.setattr("probes.models.open.load_weights", lambda *given, **named: pytest.fail("weights were read"))
    with pytest.raises(ValueError, match="template='plain'"):
        opened(base)


def test_the_plain_template_writes_a_dialogue_and_a_turn_ends_with_its_line(base):
    model = probes.load_model(str(base), device="cpu", dtype="float32", template="plain")
    talk = Transcript().system("Be brief.").user("Hi.").assistant("Yes?")
    written = model.tokenizer.decode(model.chat.encode(talk, "user").ids)
    assert written == "Be brief.\n\nUser: Hi.\n\nAssistant: Yes?\n\nUser:"
    assert model.tokenizer.decode(model.chat.encode(talk.user("So?"), "assistant").ids).endswith("So?\n\nAssistant:")
    assert model.stop_ids >= set(model.tokenizer("\n")["input_ids"])
    turns = model.reply([Continue(talk, role="user", max_tokens=40, temperature=1.0, seed=k) for k in range(30)])
    assert not any("\n" in turn.text for turn in turns)
    assert any(turn.stop == "end_of_turn" for turn in turns)
    scored = model.reply([Score(talk, role="user", text="And then?")])[0]
    assert model.tokenizer.decode(scored.ids) == " And then?"


# Reasoning models


@pytest.fixture
def reasoning(tmp_path):
    return made.reasoning(tmp_path / "reasoning")


def test_a_choice_after_thoughts_is_the_mean_over_thoughts(reasoning, monkeypatch):
    """Recomputed by a bare forward pass: prompt, thought, its end, option."""
    model, seen = opened(reasoning, thinking=6, thoughts=3), []
    run = model.engine.run
    monkeypatch.setattr(model.engine, "run", lambda asked: (seen.append((asked, run(asked))), seen[-1][1])[1])
    choice = model.reply([ASK])[0]
    begun = model.chat.encode(TALK, "assistant", thinking=True).ids
    assert model.tokenizer.decode(begun).endswith("<|im_start|>assistant\n<think>\n")
    end = model.tokenizer("\n</think>\n\n", add_special_tokens=False)["input_ids"]
    (asked, written), _ = seen
    assert len({request.seed for request in asked}) == 3
    for thought, told in zip(written, choice.thoughts, strict=True):
        assert told["tokens"] == len(thought.ids) <= 6
        for label in "AB":
            target = model.tokenizer(label)["input_ids"][0]
            with torch.inference_mode():
                row = model.model(torch.tensor([[*begun, *thought.ids, *end]])).logits[0, -1].log_softmax(-1)
            assert told["logprobs"][label] == pytest.approx(float(row[target]), abs=1e-4)
    means = {k: math.log(sum(math.exp(t["logprobs"][k]) for t in choice.thoughts) / 3) for k in "AB"}
    assert choice.logprobs == pytest.approx(means, abs=1e-9)


def test_thoughts_are_seeded_by_the_question_and_kept_in_the_record(reasoning):
    model, again = opened(reasoning, thinking=5), opened(reasoning, thinking=5)
    first, second = model.reply([ASK, Continue(TALK, max_tokens=4)]), again.reply([Continue(TALK, max_tokens=4), ASK])
    assert first[0].record() == second[1].record()
    assert first[1].record() == second[0].record()
    assert first[0].record()["thoughts"]
    from probes.core.questions import restored

    assert restored(first[0].record()).thoughts == first[0].thoughts


def test_budgets_and_thoughts_are_in_fingerprint_and_digest(reasoning):
    models = [
        opened(reasoning, **how) for how in ({}, {"thinking": 5}, {"thinking": 6}, {"thinking": 5, "thoughts": 2})
    ]
    assert len({model.fingerprint for model in models}) == 4
    assert len({model.digest(ASK) for model in models}) == 4
    users = Continue(TALK.assistant("A"), role="user", max_tokens=3)
    assert models[0].reply([users])[0].ids == models[1].reply([users])[0].ids


def test_switched_off_an_answer_begins_after_an_empty_thought(reasoning):
    off = opened(reasoning)
    assert off.tokenizer.decode(off.chat.encode(TALK, "assistant").ids).endswith("<think>\n\n</think>\n\n")


def test_an_open_thought_of_the_template_is_closed_when_thinking_is_off(reasoning, tmp_path):
    """As R1 does: the generation prompt opens a thought whatever is asked."""
    path = tmp_path / "r1.jinja"
    asked = "{%- if not enable_thinking -%}{{- '<think>\\n\\n</think>\\n\\n' -}}{%- endif -%}"
    path.write_text(made.THINKS.replace(asked, "{{- '<think>\\n' -}}"))
    off, on = opened(reasoning, template=str(path)), opened(reasoning, template=str(path), thinking=4)
    assert off.tokenizer.decode(off.chat.encode(TALK, "assistant").ids).endswith("<think>\n\n</think>\n\n")
    assert on.tokenizer.decode(on.chat.encode(TALK, "assistant", thinking=True).ids).endswith("assistant\n<think>\n")


@pytest.mark.parametrize(("begin", "end"), [("<seed:think>", "</seed:think>"), ("<thought>", "</thought>"),
                                             ("[THINK]", "[/THINK]")])  # fmt: skip
def test_thoughts_have_many_names(tmp_path, begin, end):
    """Whatever a family calls them, a choice is never scored inside one, and budgets close them."""
    folder = made.reasoning(tmp_path / "m", begin, end)
    off, on = opened(folder), opened(folder, thinking=4, thoughts=2)
    assert off.tokenizer.decode(off.chat.encode(TALK, "assistant").ids).rstrip().endswith(end)
    assert on.tokenizer.decode(on.chat.encode(TALK, "assistant", thinking=True).ids).rstrip().endswith(begin)
    assert [0 < thought["tokens"] <= 4 for thought in on.reply([ASK])[0].thoughts] == [True, True]


def test_what_thinking_cannot_do_is_said(reasoning, folder):
    for wrong in ("maybe", 0, -3):
        with pytest.raises(probes.LoadError, match="off, on or a number"):
            opened(reasoning, thinking=wrong)
    with pytest.raises(probes.LoadError, match="knows no thoughts"):
        opened("tiny", thinking="on")
    model = opened(reasoning, thinking=3)
    with pytest.raises(ValueError, match="thinking='off'"):
        model.reply([Choose(TALK, {"A": "a", "B": "b"}, sites=("blocks.0.hook_resid_post",))])
    with pytest.raises(ValueError, match="thinking='off'"):
        Steered(model, torch.ones(64), 1.0, "blocks.0.hook_resid_post")


HARMONY = (
    "{% for m in messages %}<|im_start|>{{ m.role }}{% if m.role == 'assistant' %}<|channel|>final{% endif %}"
    "<|message|>{{ m.content }}<|im_end|>{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant{% endif %}"
)


def test_an_answer_is_read_in_the_final_channel(folder):
    (folder / "chat_template.jinja").write_text(HARMONY)
    model = opened(folder)
    assert model.tokenizer.decode(model.chat.encode(TALK, "assistant").ids).endswith(
        "assistant<|channel|>final<|message|>"
    )


# Vision folders, quantised checkpoints, GGUF files


@pytest.mark.parametrize("family", ["llava", "smolvlm"])
def test_a_bridge_around_a_vision_model_installs_nothing(tmp_path, monkeypatch, family):
    """TransformerLens ran `pip install torchvision`, which brought another torch into the environment."""
    started = []
    monkeypatch.setattr(subprocess, "check_call", lambda command, **_: started.append(command))
    monkeypatch.setitem(sys.modules, "torchvision", None)  # as where it is not installed
    with suppress(Exception):  # whether there is a bridge for the model is another question
        bridged(opened(made.vision(tmp_path / "v", family)))
    assert started == []


@pytest.mark.parametrize(("family", "reader"), [("llava", "language_model"), ("smolvlm", "text_model")])
def test_a_vision_folder_answers_with_its_text_model(tmp_path, family, reader):
    """Its blocks are those that read text, whatever they are called and although the others are as many."""
    folder = made.vision(tmp_path / "v", family)
    model, seen = transformers.AutoModelForImageTextToText.from_pretrained(folder).eval(), []
    ours = probes.load_model(str(folder), device="cpu", dtype="float32")
    ids = torch.tensor([ours.chat.encode(TALK, "assistant").ids])
    block = getattr(model.model, reader).layers[1]
    block.register_forward_hook(lambda _module, _given, out: seen.append(out[0] if isinstance(out, tuple) else out))
    with torch.inference_mode():
        row = model(input_ids=ids).logits[0, -1].log_softmax(-1)
    choice = ours.reply([Choose(TALK, {"A": "a", "B": "b"}, sites=("blocks.1.hook_resid_post",))])[0]
    assert choice.logprobs["A"] == pytest.approx(float(row[ours.tokenizer("A")["input_ids"][0]]), abs=1e-4)
    assert choice.activations["blocks.1.hook_resid_post@last"] == pytest.approx(seen[0][0, -1].numpy(), abs=1e-5)


@pytest.mark.parametrize("method", ["gptq", "awq", "bitsandbytes", "compressed-tensors"])
def test_quantised_checkpoints_are_refused_with_the_remedy(folder, method):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "quantization_config": {"quant_method": method}}))
    with pytest.raises(probes.LoadError, match=f"quantised by {method}.*the checkpoint it was made from"):
        opened(folder)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_eight_bit_weights_are_dequantised(tmp_path, dtype):
    """To the very numbers that the checkpoint means, in whatever precision is asked for."""
    folder, meant = made.eight_bits(tmp_path / "m")
    model = probes.load_model(str(folder), device="cpu", dtype=dtype)
    weights = dict(model.model.named_parameters())
    for name, value in meant.items():
        assert torch.equal(weights[name], value.to(getattr(torch, dtype)))
    assert "weights dequantised from fp8" in model.info["described"]
    assert model.reply([ASK])


def test_parts_and_models_without_template_are_refused_before_conversion(tmp_path, monkeypatch):
    part = tmp_path / "m-00001-of-00003.GGUF"
    part.write_bytes(b"GGUF")
    with pytest.raises(probes.LoadError, match="llama-gguf-split --merge"):
        check_gguf(part, None)
    monkeypatch.setattr("probes.models.gguf._about", lambda path, changed: (False, {}))
    whole = tmp_path / "sha256-0123"
    whole.write_bytes(b"GGUF")
    with pytest.raises(probes.LoadError, match="template='plain'"):
        check_gguf(whole, None)
    check_gguf(whole, "plain")


def test_a_padding_token_above_the_embeddings_is_no_fault(folder):
    tokenizer = tiny_tokenizer()
    tokenizer.add_special_tokens({"pad_token": "<pad>"})
    tokenizer.save_pretrained(folder)
    assert opened(folder).reply([ASK])
    tokenizer.chat_template = "<pad>" + tokenizer.chat_template
    tokenizer.save_pretrained(folder)
    with pytest.raises(probes.LoadError, match="first without a row: '<pad>'"):
        opened(folder)


def test_a_template_beside_a_processor_is_read(base):
    (base / "chat_template.json").write_text(json.dumps({"chat_template": tiny_tokenizer().chat_template}))
    assert opened(base).reply([ASK])


# Adapters


def adapter(tmp_path, base, seed=1, **config):
    pytest.importorskip("peft", reason="needs peft (the extra `adapters`)")
    return made.adapter(tmp_path / "adapter", base, seed, **config)


def test_an_adapter_is_merged_into_its_base(folder, tmp_path):
    lora, theirs = adapter(tmp_path, folder)
    ours = opened(lora)
    ids = torch.tensor([ours.chat.encode(TALK, "assistant").ids])
    with torch.inference_mode():
        row = theirs(input_ids=ids).logits[0, -1].log_softmax(-1)
    assert ours.reply([ASK])[0].logprobs["A"] == pytest.approx(
        float(row[ours.tokenizer("A")["input_ids"][0]]), abs=1e-4
    )
    also, plain = opened(folder, adapter=str(lora)), opened(folder)
    assert also.fingerprint == ours.fingerprint != plain.fingerprint
    assert ours.name == "m + adapter"
    assert "LoRA adapter adapter merged into m" in ours.info["described"]
    assert ours.info["base_weights"] == plain.info["weights"] != ours.info["weights"]


def test_an_adapter_that_changes_nothing_or_is_pickled_is_refused(folder, tmp_path):
    lora, _ = adapter(tmp_path, folder, seed=0)
    with pytest.raises(probes.LoadError, match="changes no logit"):
        opened(lora)
    (lora / "adapter_model.safetensors").unlink()
    with pytest.raises(probes.LoadError, match="safetensors"):
        opened(lora)


def test_adapters_say_what_they_lack(folder, tmp_path, monkeypatch):
    lora = tmp_path / "lora"
    lora.mkdir()
    (lora / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA"}))
    with pytest.raises(probes.LoadError, match=r"base='\.\.\.'"):
        opened(lora)
    with pytest.raises(probes.LoadError, match=r"adapter_model\.safetensors"):
        opened(lora, base=str(folder))
    (lora / "adapter_model.safetensors").write_bytes(b"")
    monkeypatch.setitem(__import__("sys").modules, "peft", None)
    with pytest.raises(probes.LoadError, match="pip install peft"):
        opened(lora, base=str(folder))
    with pytest.raises(probes.LoadError, match="no folder of a LoRA adapter"):
        opened(folder, adapter=str(folder))


def test_a_merged_model_with_a_left_over_adapter_config_loads(folder):
    (folder / "adapter_config.json").write_text("{}")
    assert opened(folder).reply([ASK])


def test_names_are_short(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "Qwen-small")
    assert open_local(Asked(str(tmp_path / "Qwen-small"), "cpu", "float32")).name == "Qwen-small"


def test_a_model_says_what_kind_it_is(reasoning):
    """What the head of a report shows; facts of this opening, not of the name."""
    plain = opened(reasoning, template="plain").info["described"]
    assert plain == "instruct model under our plain template; float32 on cpu"
    thinks = opened(reasoning, thinking=7, thoughts=2).info["described"]
    assert "instruct model under its own chat template; thinks for up to 7 tokens, 2 thoughts" in thinks
    assert "thinking off" in opened(reasoning).info["described"]
    assert opened("tiny").info["described"].startswith("null model with random weights")


def test_what_a_template_changes_is_said_every_time(tmp_path, monkeypatch):
    """Once the self-check was kept in the cache, nothing had been rendered when the report's head was written."""
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path / "cache"))
    folder = made.no_system(tmp_path / "m")
    for check in (True, True, False):
        model = probes.load_model(str(folder), device="cpu", dtype="float32", check=check)
        assert FORMS["folded"] in model.info["described"]
        assert model.info["template_changes"] == [FORMS["folded"]]


def test_a_folded_persona_is_a_fact_of_its_trials(tmp_path):
    """Of those that have a system turn, and of no others; also where rows are made of replies that were kept."""
    model = opened(made.no_system(tmp_path / "m"))
    probe = probes.suite.persona_tom(personas=("none", "nurse"), placements=("system", "user"), wordings=1, scenes=8)
    tables = [probes.run(probe, model, out=tmp_path / "run") for _ in range(2)]
    for table in tables:
        folded = table["template_form"].eq("folded")
        assert (folded == (table["placement"] == "system")).all()
        assert 0 < folded.mean() < 1
    assert "template_form" not in probes.run(probe, opened("tiny"))
    assert model.reply([ASK])[0].record().keys() == opened("tiny").reply([ASK])[0].record().keys()


def test_conversion_shows_how_far_it_is(tmp_path, monkeypatch):
    """The runner's terminal shows this file; a bar of transformers is seen by nobody there."""
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("INTERLOCUTOR_PROGRESS", str(tmp_path / "progress.json"))
    made.one_file(tmp_path / "small.gguf")
    opened(tmp_path / "small.gguf")
    told = json.loads((tmp_path / "progress.json").read_text())
    assert (told["label"], told["unit"]) == ("conversion of small.gguf", "tensor")
    assert told["done"] == told["total"] > 10


def test_a_model_without_a_template_is_a_base_model_under_whatever_template(base, tmp_path):
    (tmp_path / "own.jinja").write_text(tiny_tokenizer().chat_template)
    for template, named in (("plain", "our plain template"), (str(tmp_path / "own.jinja"), "the chat template of own")):
        assert opened(base, template=template).info["described"].startswith(f"base model under {named}")
