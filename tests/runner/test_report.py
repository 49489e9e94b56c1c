"""The report: opens with its claims, says failures first, shows nothing unescaped and refers to nothing elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from html.parser import HTMLParser

from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from runner_cases import CLAIM, HOSTILE, make_run, shown

from runner.report import write_report

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'


class Page(HTMLParser):
    """All elements with their attributes, and the visible text."""

    def __init__(self, path):
        super().__init__()
        self.elements, self.text = [], ""
        self.source = path.read_text()
        self.feed(self.source)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def test_claims_come_before_figures_before_conversations_before_provenance(tmp_path):
    cells = [
        new_markdown_cell("# A question\n\nProse."),
        shown(text_html='<div class="il-transcript"><p>TALK</p></div>'),
        shown(**{"image_svg+xml": SVG, "text_plain": "<Figure size 1x1>"}),
    ]
    page = Page(write_report(make_run(tmp_path, cells=cells))).source
    places = [page.index(mark) for mark in (CLAIM["question"], "data:image/svg+xml", "TALK", "interlocutor run demo")]
    assert places == sorted(places)


def test_code_and_parameter_cells_are_not_shown(tmp_path):
    cells = [
        new_code_cell("SECRET_CODE = 1"),
        new_code_cell("x: int = 1", metadata={"tags": ["parameters"]}),
        shown(text_plain="RESULT"),
    ]
    page = Page(write_report(make_run(tmp_path, cells=cells)))
    assert "SECRET_CODE" not in page.text
    assert "RESULT" in page.text


def test_a_failed_run_says_so_before_anything_else_and_shows_no_stale_claim(tmp_path):
    run = make_run(tmp_path, state="failed", reason="<b>boom</b>", traceback="Traceback <i>", claims_fresh=False)
    page = Page(write_report(run))
    assert page.text.index("This run did not finish") < page.text.index("What was found")
    assert "<b>boom</b>" in page.text  # as text: the parser saw no such element
    assert not page.all("b")
    assert CLAIM["question"] not in page.text


def test_a_run_without_any_notebook_still_has_a_report(tmp_path):
    run = make_run(tmp_path, state="interrupted", reason="killed")
    (run / "notebook.ipynb").write_text('{"cells": [{"cell_ty')
    assert "killed" in Page(write_report(run)).text


def test_the_policy_allows_exactly_the_embedded_script(tmp_path):
    page = Page(write_report(make_run(tmp_path)))
    policy = next(meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    script = re.search(r"<script>(.*?)</script>", page.source, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"script-src 'sha256-{digest}'" in policy
    assert page.source.index("Content-Security-Policy") < page.source.index("<style")


def test_hostile_strings_become_text(hostile_run):
    page = Page(write_report(hostile_run))
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"iframe", "object", "embed", "form", "base", "link", "button", "math", "foreignobject"})
    assert len(page.all("script")) == 1
    assert len(page.all("style")) == 1
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on")]
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "srcset", "xlink:href"):
            where = attributes.get(name)
            assert where is None or where.startswith(("data:image/", "data:text/csv", "#", "../index.html")), (
                tag,
                where,
            )
    assert HOSTILE[0] in page.text  # shown, as text
    for hidden in "\u202e\u200b\u2060\ufeff\x00\x1b\x07\ud800":
        assert hidden not in page.source
    assert "\\u202e" in page.text


def test_twenty_thousand_table_rows_and_long_lines_stay_small(tmp_path):
    rows = "".join(f"<tr><td>{k}</td></tr>" for k in range(2000))
    cells = [shown(text_html=f"<table><tbody>{rows}</tbody></table>"), shown(text_plain="y" * 1_000_000)]
    assert write_report(make_run(tmp_path, cells=cells)).stat().st_size < 400_000


def test_pictures_have_descriptions_and_progress_bars_are_left_out(tmp_path):
    bar = "user_turn:  45%|████▌     | 9/20 [00:01<00:01,  8.9trial/s]\r\x1b[A"
    cells = [
        new_markdown_cell("## Rates by domain"),
        shown(**{"image_svg+xml": SVG}),
        shown(**{"application_vnd.jupyter.widget-view+json": "{}", "text_plain": "  0%|   | 0/3"}),
        new_code_cell("1", outputs=[new_output("stream", name="stderr", text=bar)]),
    ]
    page = Page(write_report(make_run(tmp_path, cells=cells)))
    assert [image["alt"] for image in page.all("img")] == ["Rates by domain"]
    assert "45%|" not in page.text
    assert "0%|" not in page.text


def test_every_parameter_and_the_command_are_there(tmp_path):
    page = html.unescape(Page(write_report(make_run(tmp_path))).text)
    for said in ("seed", "tiny", "interlocutor run demo", "abc with uncommitted changes", "torch", "user_turn"):
        assert said in page


def test_claims_that_cannot_be_estimated_or_are_malformed_do_not_break_the_page(tmp_path):
    import json

    run = make_run(tmp_path)
    odd = {**CLAIM, "value": None, "low": None, "high": None, "verdict": "not estimable", "null": None}
    (run / "claims.json").write_text(json.dumps({"finished": True, "claims": [odd, "nonsense", {"question": "bare"}]}))
    page = Page(write_report(run))
    assert "not available" in page.text
    assert "bare" in page.text
