"""Every public name says what it takes, gives and refuses, with an example that runs."""

from __future__ import annotations

import doctest
import inspect
import sys
from dataclasses import fields, is_dataclass

import pytest

import analysis
import probes
from analysis.report import controls, gates, paper

HOMES = (probes, analysis.export, analysis.frame, analysis.records, analysis.show, controls, gates, paper)
"""What a notebook reaches: the face of `probes`, and the modules behind that of `analysis`."""


def public(home) -> list[str]:
    """Classes and functions of `__all__`, or those that the module itself defines."""
    names = getattr(home, "__all__", None) or [
        name for name, item in vars(home).items() if getattr(item, "__module__", "") == home.__name__ and name[0] != "_"
    ]
    items = ((name, getattr(home, name)) for name in names)
    return [name for name, item in items if inspect.isclass(item) or inspect.isroutine(item)]


ITEMS = {f"{home.__name__}.{name}": getattr(home, name) for home in HOMES for name in public(home)}
MODULES = sorted({item.__module__ for item in ITEMS.values()})


def wanted(item) -> set[str]:
    """The sections that the docstring of a name needs."""
    if inspect.isclass(item):
        takes = (
            bool(fields(item)) if is_dataclass(item) else "__init__" in vars(item) and not hasattr(item, "_is_protocol")
        )
        return {"Examples"} | ({"Parameters"} if takes else set())
    return {"Parameters", "Returns", "Examples"} | ({"Raises"} if "raise " in inspect.getsource(item) else set())


def missing(item) -> set[str]:
    text = inspect.getdoc(item) or ""
    return {section for section in wanted(item) if f"{section}\n{'-' * len(section)}\n" not in text}


@pytest.mark.parametrize("name", ITEMS)
def test_a_public_name_has_the_sections_of_numpydoc(name):
    assert not missing(ITEMS[name])


def test_a_name_without_sections_is_seen():
    def bare(x):
        """Does something."""
        raise ValueError

    assert missing(bare) == {"Parameters", "Returns", "Raises", "Examples"}


@pytest.mark.parametrize("name", ITEMS)
def test_every_parameter_of_a_public_function_is_explained(name):
    item = ITEMS[name]
    text = inspect.getdoc(item)
    taken = inspect.signature(item).parameters if inspect.isfunction(item) else ()
    section = text.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
    assert not [parameter for parameter in taken if parameter not in section]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_run(module):
    result = doctest.testmod(sys.modules[module], optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.attempted > 0
    assert result.failed == 0
