"""The face: what tab completion, `help` and a shown registry offer to somebody who explores."""

from __future__ import annotations

import copy
import importlib
import inspect
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

import analysis
import probes
from probes.core.describe import meanings
from probes.core.registry import Registry

ROOT = Path(__file__).parents[2]
REGISTRIES = ("suite", "personas", "games", "datasets", "knowledge")


@pytest.mark.parametrize("package", [probes, analysis])
def test_a_package_lists_its_public_names_and_nothing_else(package):
    families = package._FAMILIES if package is analysis else []
    assert dir(package) == sorted([*package.__all__, *families])
    assert all(getattr(package, name) is not None for name in package.__all__)


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_registry_is_a_mapping_that_can_be_explored(name):
    registry = getattr(probes, name)
    first = next(iter(registry))
    assert isinstance(registry, Registry)
    assert isinstance(registry, Mapping)
    assert registry[first] is registry.get(first) is getattr(registry, first)
    assert registry.get("no such entry") is None
    assert set(registry) == set(registry._ipython_key_completions_()) < set(dir(registry))
    assert not set(registry) & set(dir(Mapping)), "an entry hides behind a method"
    with pytest.raises(AttributeError, match=f"did you mean '{first}'"):
        getattr(registry, f"{first}x")
    with pytest.raises(KeyError, match=f"did you mean '{first}'"):
        registry[f"{first}x"]
    assert copy.copy(registry)[first] is registry[first]


@pytest.mark.parametrize("name", REGISTRIES)
def test_a_registry_shows_a_table_with_every_entry(name):
    registry = getattr(probes, name)
    table = registry._repr_html_()
    assert table.count("<tr>") == len(registry)
    assert "cannot be loaded" not in table
    assert "<td style='text-align:left'></td>" not in table.replace("none</th><td style='text-align:left'></td>", "")


def test_the_suite_names_the_family_of_each_probe():
    table = probes.suite._repr_html_()
    for name in probes.suite:
        family = probes.suite[name].__module__.split(".")[1]
        row = f"<tr><th style='text-align:left'>{name}</th><td style='text-align:left'>{family}</td>"
        assert row in table
        [line] = [line for line in repr(probes.suite).splitlines() if line.startswith(f"{family}: ")]
        assert name in line.rstrip(">").partition(": ")[2].split(", ")


def test_a_shown_registry_escapes_and_survives_a_broken_entry():
    def load(name):
        if name == "bad":
            raise OSError("<script>gone</script>")
        return "<b>bold</b>"

    table = Registry("thing", lambda: ["bad", "good", "<i>"], load, str)._repr_html_()
    assert "cannot be loaded: OSError: &lt;script&gt;" in table
    assert "&lt;b&gt;bold" in table
    assert "&lt;i&gt;" in table
    assert "<script>" not in table


def test_importing_modules_turns_no_registry_into_a_package():
    code = (
        "import probes, probes.games.match, probes.shared.personas, probes.shared.datasets.gsm8k\n"
        "from probes.games.game import Game\n"
        "from probes import games\n"
        "assert isinstance(games['chicken'], Game) and games is probes.games\n"
        "probes.suite.user_turn\n"
        f"for name in {REGISTRIES}: assert type(getattr(probes, name)).__name__ == 'Registry', name\n"
        "assert dir(probes) == sorted(probes.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize("name", REGISTRIES)
@pytest.mark.parametrize("jedi", [False, True], ids=["plain", "jedi"])
def test_jupyter_completes_entries_and_keys(name, jedi):
    """Tab after `probes.suite.` and after `probes.suite["`, as a kernel answers it: every entry, nothing private."""
    completer = pytest.importorskip("IPython.core.completer")
    shell = completer.IPCompleter(namespace={"probes": probes}, use_jedi=jedi, jedi_compute_type_timeout=0)
    entries = set(getattr(probes, name))
    for opening in (f"probes.{name}.", f'probes.{name}["', f"probes.{name}['"):
        with completer.provisionalcompleter():
            offered = {one.text.lstrip(".") for one in shell.completions(opening, len(opening))}
        methods = {"get", "items", "keys", "values"} if opening.endswith(".") else set()
        assert offered == entries | methods


@pytest.mark.parametrize("name", list(probes.suite))
def test_help_of_a_probe_shows_what_it_declares(name):
    kind = probes.suite[name]
    text = inspect.getdoc(kind)
    assert kind.source in text
    for measure, unit in kind.measures.items():
        assert f"\n{measure}\n    {unit[:20]}" in text
    for profile in kind.profiles:
        kind(**kind.profiles[profile])
        assert f"\n{profile}\n" in text
    for measure, chance in kind.chance.items():
        assert f"scores {chance:.3g}" in text, measure
    for field, values in kind.allowed.items():
        assert f"One of {next(iter(values))!r}" in " ".join(text.split()), field


@pytest.mark.parametrize("name", list(probes.suite))
def test_every_field_of_a_probe_says_what_it_means(name):
    kind = probes.suite[name]
    known = meanings(kind)
    assert not [field.name for field in fields(kind) if field.name not in known]


def test_a_value_outside_the_allowed_ones_is_refused_before_any_trial():
    with pytest.raises(ValueError, match="triage: settings='kitchen' is not one of 'critical', 'primary'"):
        probes.suite.triage(settings=("critical", "kitchen"))


def test_the_wings_are_typed():
    assert all((ROOT / wing / "py.typed").exists() for wing in ("probes", "analysis", "runner"))


def test_a_family_is_reached_as_an_attribute_and_a_misspelt_one_is_refused():
    assert probes.minds is importlib.import_module("probes.minds")
    with pytest.raises(AttributeError, match="no 'mnids'"):
        probes.mnids  # noqa: B018


def test_probes_and_their_classes_travel_between_processes():
    probe = probes.suite.triage(per_urgency=1)
    assert pickle.loads(pickle.dumps(probe)) == probe


def test_a_profile_is_a_size_and_what_is_given_besides_takes_precedence():
    triage = probes.suite.triage
    assert triage.sized("small") == triage(per_urgency=3)
    assert triage.sized("small", per_urgency=1, rule=True) == triage(per_urgency=1, rule=True)
    with pytest.raises(ValueError, match="Triage has no profile 'huge'; there are: small, full"):
        triage.sized("huge")
