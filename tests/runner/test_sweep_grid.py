"""A sweep file is checked whole, and its cells are those a reader would count."""

from __future__ import annotations

import pytest
from runner_cases import FINE, write

from runner.notebook import find
from runner.parameters import Refused
from runner.sweep import grid


@pytest.fixture
def made(tmp_path, monkeypatch):
    """cells(text) in a folder with the notebooks `one` and `two`."""
    monkeypatch.chdir(tmp_path)
    grid._notebook.cache_clear()
    for name in ("one", "two"):
        write(tmp_path / "notebooks", name, FINE)

    def cells(text):
        (tmp_path / "s.yaml").write_text(text)
        return grid.cells(tmp_path / "s.yaml")

    return cells


def test_product_crosses_and_zip_walks_together(made):
    product, walked = "{seed: [0, 1, 2], model: [a, b]}", "{samples: [1, 2], profile: [small, full]}"
    found = made(f"notebooks: [one, two]\nproduct: {product}\nzip: {walked}")
    assert len(found) == 2 * 3 * 2 * 2
    assert {(cell.given["samples"], cell.given["profile"]) for cell in found} == {(1, "small"), (2, "full")}
    assert len({cell.run for cell in found}) == len(found)


def test_set_include_exclude_and_overrides(made):
    found = made(
        "notebooks: [one]\nproduct: {model: [a, b], seed: [0, 1]}\nset: {profile: full}\n"
        "exclude: [{model: b, seed: 1}]\ninclude: [{notebook: two, model: c}]\n"
        "overrides: [{when: {model: b}, set: {samples: 9}}]"
    )
    told = [
        (cell.given["model"], cell.given.get("seed"), cell.given.get("samples"), cell.given["profile"])
        for cell in found
    ]
    assert told == [("a", 0, None, "full"), ("a", 1, None, "full"), ("b", 0, 9, "full"), ("c", None, None, "full")]


def test_values_stay_what_was_written(made):
    found = made("notebooks: [one]\nproduct: {model: [1e5, no, 0123]}")
    assert [cell.given["model"] for cell in found] == ["1e5", "no", "0123"]


def test_the_same_run_twice_is_one_cell(made):
    assert len(made("notebooks: [one]\nproduct: {seed: [0, 0, 1]}\ninclude: [{notebook: one, seed: 1}]")) == 2


def test_grids_have_parameters_of_their_own(made):
    found = made("set: {profile: full}\ngrids:\n - {notebooks: [one], product: {seed: [1, 2]}}\n - {notebooks: [two]}")
    assert [(cell.notebook, cell.given) for cell in found] == [
        ("notebooks/one.ipynb", {"profile": "full", "seed": 1}),
        ("notebooks/one.ipynb", {"profile": "full", "seed": 2}),
        ("notebooks/two.ipynb", {"profile": "full"}),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["empty"]),
        ("notebook: [one]", ["notebook: unknown"]),
        ("set: {seed: 1}", ["names no notebooks"]),
        ("notebooks: one", ["notebooks: expected a list"]),
        ("notebooks: [one]\nproduct: {seed: 1}", ["product.seed: expected a list"]),
        ("notebooks: [one]\nproduct: {seed: []}", ["product.seed: expected a list"]),
        ("notebooks: [one]\nzip: {seed: [1], samples: [1, 2]}", ["different lengths"]),
        ("notebooks: [one]\noverrides: [{set: {seed: 1}}]", ["overrides: expected"]),
        ("notebooks: [one]\nexclude: [1]", ["exclude: every entry"]),
        (
            "notebooks: [one, tow]\nproduct: {seed: [0, x], sed: [1]}",
            ["did you mean two", "whole number", "did you mean seed"],
        ),
        ("notebooks: [one]\nproduct: {samples: [0, 5, 101]}", ["0 lies outside", "101 lies outside"]),
        ("notebooks: [one]\nproduct: {seed: [1]}\nseed: !!int 5", ["tag"]),
    ],
)
def test_every_problem_is_named_before_anything_starts(made, text, said):
    with pytest.raises(Refused) as caught:
        made(text)
    for part in said:
        assert part in str(caught.value)


def test_an_endless_grid_is_refused(made):
    values = "[" + ", ".join(map(str, range(100))) + "]"
    with pytest.raises(Refused, match="1,000,000 cells before any is excluded"):
        made(f"notebooks: [one]\nproduct: {{seed: {values}, samples: {values}, model: {values}}}")


def test_a_notebook_name_longer_than_any_file_is_refused():
    with pytest.raises(Refused, match="no notebook"):
        find("x" * 5000)
