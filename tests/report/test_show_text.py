"""What others wrote becomes text that can be read and cannot act."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import pytest

from analysis import show
from analysis.report.show.html import legible, visible

HOSTILE = ["<script>x</script>", "<img src=x onerror=y>", "'\"><b>", "</p></div><i>", "&lt;b&gt;", "&#60;u&#62;"]


class Tags(HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.tags, self.said, self.attributes = [], "", []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.said += data


@pytest.mark.parametrize("bad", HOSTILE)
def test_text_comes_back_as_it_was_and_makes_no_element(bad):
    page = Tags(show.text(bad))
    assert page.tags == []
    assert page.said == bad


@pytest.mark.parametrize("bad", HOSTILE)
def test_conversations_tokens_tables_and_their_titles_hold_no_foreign_element(bad):
    import pandas as pd

    frame = pd.DataFrame({bad: [bad], "n": [1.0]}, index=pd.Index([bad], name=bad + "x"))
    shown = [show.conversation([("user", bad), (bad, bad)], bad), show.tokens([bad], [-1.0]), show.table(frame, bad)]
    for one in shown:
        page = Tags(one.html)
        assert set(page.tags) <= {"div", "p", "span", "table", "caption", "thead", "tbody", "tr", "th", "td", "a"}
        assert not [name for name in page.attributes if name.startswith("on")]
        assert bad in page.said


# Code points from the Unicode character database: U+202E right-to-left override, U+200B zero width space,
# U+FEFF byte order mark, U+0000 null, U+001B escape, U+2028 line separator, U+E0041 tag latin capital a.
@pytest.mark.parametrize(
    ("hidden", "seen"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("a\u200bb", "a\\u200bb"),
        ("\ufeffa", "\\ufeffa"),
        ("a\x00", "a\\u0000"),
        ("\x1b[31m", "\\u001b[31m"),
        ("a\u2028b", "a\\u2028b"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("a\rb", "a\\u000db"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(hidden, seen):
    assert visible(hidden) == seen


@pytest.mark.parametrize("plain", ["tab\tand\nline", "Grüße, 你好, 🙂, e\u0301", "a\r\nb"])
def test_ordinary_text_is_left_alone(plain):
    assert visible(plain) == plain.replace("\r\n", "\n")


def test_a_megabyte_is_cut_and_said_to_be():
    said = visible("x" * 1_000_000)
    assert len(said) < 21_000
    assert said.endswith("[... 980000 more characters]")


def test_legible_reaches_keys_and_depth():
    assert legible({"a\x00": [{"b": "\u202e"}, 1, None]}) == {"a\\u0000": [{"b": "\\u202e"}, 1, None]}


def test_shown_in_a_notebook_is_the_html_and_in_a_terminal_the_plain_text():
    one = show.conversation([("user", "2+2?"), ("assistant", "4\x1b[0m")])
    assert "2+2?" in one._repr_html_()
    assert repr(one) == "[user] 2+2?\n[assistant] 4\\u001b[0m"
    assert html.escape("2+2?") in (one + one).html


@pytest.mark.parametrize("bad", HOSTILE)
def test_thoughts_are_folded_escaped_and_say_where_they_were_cut(bad):
    from analysis.report.show.conversations import exchange

    thoughts = [{"text": bad, "tokens": 3, "stop": "length"}, {"text": "so", "tokens": 1, "stop": "end_of_turn"}]
    asked = {"turns": [["user", "A or B?"]], "kind": "Choice", "options": {"A": "yes"}, "logprobs": {"A": -0.1}}
    plain, thought = Tags(exchange(asked)), Tags(exchange({**asked, "thoughts": thoughts}))
    assert "details" not in plain.tags
    assert thought.tags.count("details") == 2
    assert set(thought.tags) == {"div", "p", "details", "summary"}
    assert bad in thought.said
    assert "Thought 1 (3 tokens, closed at the budget)" in thought.said
    assert "Thought 2 (1 token)" in thought.said
    assert thought.said.count("closed at the budget") == 1
