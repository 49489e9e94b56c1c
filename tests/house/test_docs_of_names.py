"""Every public name says what it takes, gives and refuses, with an example that runs."""

from __future__ import annotations

import doctest
import inspect
import sys
from dataclasses import fields, is_dataclass

import pytest

import probes

NAMES = [
    name
    for name in probes.__all__
    if inspect.isclass(getattr(probes, name)) or inspect.isroutine(getattr(probes, name))
]
MODULES = sorted({getattr(probes, name).__module__ for name in NAMES})


def wanted(item) -> set[str]:
    """The sections that the docstring of a name needs."""
    if inspect.isclass(item):
        takes = (
            bool(fields(item)) if is_dataclass(item) else "__init__" in vars(item) and not hasattr(item, "_is_protocol")
        )
        return {"Examples"} | ({"Parameters"} if takes else set())
    return {"Parameters", "Returns", "Raises", "Examples"}


def missing(item) -> set[str]:
    text = inspect.getdoc(item) or ""
    return {section for section in wanted(item) if f"{section}\n{'-' * len(section)}\n" not in text}


@pytest.mark.parametrize("name", NAMES)
def test_a_public_name_has_the_sections_of_numpydoc(name):
    assert not missing(getattr(probes, name))


def test_a_name_without_sections_is_seen():
    def bare(x):
        """Does something."""

    assert missing(bare) == {"Parameters", "Returns", "Raises", "Examples"}


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_of_a_public_function_is_explained(name):
    item = getattr(probes, name)
    text = inspect.getdoc(item)
    taken = inspect.signature(item).parameters if inspect.isfunction(item) else ()
    assert not [parameter for parameter in taken if parameter not in text]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_run(module):
    result = doctest.testmod(sys.modules[module], optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL)
    assert result.attempted > 0
    assert result.failed == 0
