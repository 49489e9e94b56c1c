"""YAML without surprises: every scalar stays text, types come from the declaration that the value meets later.

`revision: 1e5` is the text "1e5", `answer: no` the text "no". Tags, anchors, duplicate keys and second documents are
refused, so a file can neither construct objects nor blow up.
"""

from __future__ import annotations

from typing import Any

import yaml

LARGEST = 1_000_000
DEEPEST = 20
_PLAIN = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map")}


def parse(text: str) -> Any:
    """Text, lists and dicts of text; None for an empty or null scalar. ValueError names line and column."""
    if len(text) > LARGEST:
        raise ValueError(f"{len(text)} characters of YAML; at most {LARGEST} are allowed")
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.BaseLoader)):
            raise ValueError("YAML aliases (*name) are not allowed")
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        where = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ValueError(f"not readable as YAML{where}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(f"not readable as YAML: {type(error).__name__}") from error
    return None if node is None else _value(node, 0)


def _value(node: yaml.Node, depth: int) -> Any:
    line = node.start_mark.line + 1
    if depth > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} at line {line}")
    if node.tag not in _PLAIN:
        raise ValueError(f"the tag {node.tag} at line {line} is not allowed")
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, depth + 1) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return _pairs(node, depth)
    plain = isinstance(node, yaml.ScalarNode) and node.style is None
    return None if plain and node.value in ("", "~", "null") else node.value


def _pairs(node: yaml.MappingNode, depth: int) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for key, value in node.value:
        name = _value(key, depth + 1)
        line = key.start_mark.line + 1
        if not isinstance(name, str):
            raise ValueError(f"the key at line {line} is not text")
        if name in pairs:
            raise ValueError(f"the key {name!r} is given twice, again at line {line}")
        pairs[name] = _value(value, depth + 1)
    return pairs


def mapping(text: str) -> dict[str, Any]:
    """A whole parameter file: one mapping from names to values."""
    content = parse(text.removeprefix("\ufeff"))
    if not isinstance(content, dict):
        kind = "empty" if content is None else f"a {type(content).__name__}"
        raise ValueError(f"expected a mapping `name: value`, the file is {kind}")
    return content
