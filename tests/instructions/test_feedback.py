"""Rules of the RLVF study are read without running a line of the file; what is broken is named."""

from __future__ import annotations

import pytest

from probes.instructions.feedback import load

FILE = """
import os
os.environ["READ_BY_AST"] = "executed"
rules = [
    Feedback(content="End notes with Bye", domain="notes", effect="end with Bye", scope=Scope.regional,
             metric=Metric.ends_with, metric_value="Bye"),
    Feedback(content="Say & not and", domain="chats", effect="use &",
             metric=[Metric.contains_all_strings, Metric.contains_none_strings], metric_value=[["&"], [" and "]]),
    Feedback(content="Be warm", domain="letters", effect="be warm", type=Type.qualitative),
    Feedback(content="Be brief", domain="letters", effect="be brief", metric=Metric.length),
    Feedback(content="Name a colour", domain="letters", effect="name one", metric=Metric.contains_any_string,
             metric_value=["red", "blue"]),
]
"""


def test_rules_are_read_and_checked_and_nothing_is_executed(tmp_path, monkeypatch):
    monkeypatch.delenv("READ_BY_AST", raising=False)
    file = tmp_path / "manual.py"
    file.write_text(FILE)
    rules = load(file)
    assert [rule.line for rule in rules] == [5, 7, 9, 10, 11]
    ends, both, warm, brief, colour = rules
    assert (ends.holds("See you. BYE"), ends.holds("Bye for now")) == (True, False)
    assert (both.holds("salt & oil"), both.holds("salt & oil and ice"), both.holds("salt")) == (True, False, False)
    assert warm.holds("dear") is brief.holds("dear") is None
    assert (colour.holds("a red kite"), colour.holds("a kite")) == (True, False)
    import os

    assert "READ_BY_AST" not in os.environ


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (", "manual.py: not Python"),
        ("x = 1", "no Feedback"),
        ("\nFeedback(content='a', domain='b')", "manual.py, line 2: field 'effect' must be a text"),
        ("Feedback(content='a', domain='b', effect=f())", "field 'effect' must be a text"),
        ("Feedback(content='a', domain='b', effect='c', metric=M.ends_with)", "1 metrics need as many values, got 0"),
        ("Feedback(content='a', domain='b', effect='c', metric=M.ends_with, metric_value=SECRET)", "found Name"),
    ],
)
def test_broken_files_are_named(tmp_path, text, message):
    file = tmp_path / "manual.py"
    file.write_text(text)
    with pytest.raises(ValueError, match=message):
        load(file)
