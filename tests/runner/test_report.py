"""The report: opens with its claims, says failures first, shows nothing unescaped and refers to nothing elsewhere."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from runner_cases import CLAIM, HOSTILE, make_run, shown

from analysis import show
from analysis.report.claims import Claim, publish
from analysis.stats.estimate import Estimate
from runner.index import write_index
from runner.report import TEMPLATE, write_report

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


def test_published_cards_stand_once(tmp_path):
    found = Claim("Is it drawn twice?", Estimate(0.6, 0.5, 0.7, 0.95, 9, 9, 9, 9, "Wilson"), "probability",
                  id="test.twice")  # fmt: skip
    cards = publish(found, tmp_path / "elsewhere")
    run = make_run(tmp_path, cells=[new_markdown_cell("## Claims"), shown(text_html=cards._repr_html_())])
    page = write_report(run).read_text()
    assert "Is it drawn twice?" not in page


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
    assert len(HOSTILE) >= 60
    for hidden in "\u202e\u200b\u2060\ufeff\x00\x1b\x07\ud800\x9b\u2066\u061c\u2028\U000e0041":
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


def test_parts_of_a_question_name_it_and_come_after_whole_ones(tmp_path):
    run = make_run(tmp_path)
    asked = [
        {**CLAIM, "question": question, "id": name, "part_of": whole}
        for question, name, whole in (
            ("Does it help?", "a.help", ""),
            ("Does it help on Mondays?", "a.help.monday", "a.help"),
            ("Does it hurt?", "a.hurt", ""),
        )
    ]
    (run / "claims.json").write_text(json.dumps({"finished": True, "claims": asked}))
    page = write_report(run).read_text()
    assert re.findall("<h3>(Does.*?)</h3>", page) == ["Does it help?", "Does it hurt?", "Does it help on Mondays?"]
    assert page.count('Detail of <a href="#claim-a.help">Does it help?</a>') == 1


def test_claims_that_cannot_be_estimated_or_are_malformed_do_not_break_the_page(tmp_path):
    import json

    run = make_run(tmp_path)
    odd = {
        **CLAIM,
        "value": None,
        "low": None,
        "high": None,
        "verdict": "not estimable",
        "null": None,
        "reason": "<i>none</i> left",
    }
    (run / "claims.json").write_text(json.dumps({"finished": True, "claims": [odd, "nonsense", {"question": "bare"}]}))
    page = Page(write_report(run))
    assert re.search(r"not testable[^.]*\?<i>none</i> left\.", page.text)  # a verdict of an earlier version
    assert "bare" in page.text


def test_the_answer_stands_above_the_cards(tmp_path):
    run = make_run(tmp_path)
    (run / "claims.json").write_text(json.dumps({"finished": True, "answer": "It <b>does</b>.", "claims": [CLAIM]}))
    for source in (write_report(run), write_index(tmp_path)):
        page = Page(source)
        assert "It <b>does</b>." in page.text
        assert page.text.index("It <b>does</b>.") < page.text.index(CLAIM["question"])


# WCAG 2.2, 1.4.3: text needs a contrast of 4.5:1 to its ground; the formula is its glossary's "relative luminance".
PAIRS = [("ink", "paper"), ("ink", "panel"), ("soft", "paper"), ("soft", "panel"), ("accent", "paper"),
         ("good", "good-bg"), ("bad", "bad-bg"), ("warn", "warn-bg"), ("bad", "panel")]  # fmt: skip


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(scheme, text, ground):
    blocks = re.findall(r":root \{(.*?)\}", (TEMPLATE / "style.css").read_text(), re.S)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    high, low = sorted((luminance(colours[name]) for name in (text, ground)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def luminance(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_headings_do_not_skip_a_level_and_there_is_one_first(tmp_path):
    cells = [new_markdown_cell("# A question\n\n## Rates"), shown(text_plain="x")]
    page = Page(write_report(make_run(tmp_path, cells=cells)))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_everything_is_named_and_reached_from_the_keyboard(tmp_path):
    talk = show.conversation([("user", "long\n" * 60), ("assistant", "yes")])._repr_html_()
    table = show.table(pd.DataFrame({"a": [1], "b": ["x" * 50]}), "caption")._repr_html_()
    cells = [new_markdown_cell("# T"), shown(text_html=table), shown(text_html=talk)]
    run = make_run(tmp_path, cells=[*cells, shown(**{"image_svg+xml": SVG})])
    (run / "claims.json").write_text(json.dumps({"finished": True, "claims": [CLAIM] * 8}))
    for source in (write_report(run), write_index(tmp_path)):
        page = Page(source)
        assert ("html", {"lang": "en"}) in page.elements
        ids = [given["id"] for _, given in page.elements if "id" in given]
        assert len(ids) == len(set(ids))
        for tag, given in page.elements:
            kinds = (given.get("class") or "").split()
            assert tag != "img" or "alt" in given
            assert tag != "th" or given.get("scope") in ("col", "row")
            scrolls = tag == "pre" or {"wide", "il-long"} & set(kinds)
            assert not scrolls or given.get("tabindex") == "0", (tag, given)  # what scrolls must take the focus
            assert int(given.get("tabindex", 0)) <= 0  # nothing is put before the page's own order
            assert given.get("aria-labelledby", ids[0] if ids else "") in ids or not ids
        tags = [tag for tag, _ in page.elements]
        assert tags.count("details") == tags.count("summary")
        assert ("a", {"class": "skip", "href": "#main"}) in page.elements
        assert tags.count("main") == 1


def cited(tmp_path):
    """A report with a figure, a table and conversations for one claim, and nothing for the other."""
    import matplotlib.pyplot as plt

    estimate = Estimate(0.5, 0.4, 0.6, 0.95, 9, 9, 9, 9, "t")
    ids = ("games.cooperates", "games.reacts")
    row = {"key": "a", "row": 0, "measure": "x", "value": 1.0, "status": "ok", "text": "yes", "stop": ""}
    table = pd.DataFrame([row])
    _, ax = plt.subplots()
    ax.plot([0, 1])
    pieces = [
        show.figure(ax, alt="Cooperation", claims="games.cooperates"),
        show.table(pd.DataFrame({"share_of": ["50 %"]}), "Shares", claims="games"),
        show.transcripts(table, claims=["games.cooperates"]),
    ]
    run = make_run(tmp_path, cells=[shown(text_html=piece._repr_html_()) for piece in pieces])
    publish([Claim(f"{name}?", estimate, "probability", null=0.5, id=name) for name in ids], run)
    return Page(write_report(run))


def test_a_card_leads_to_the_figure_the_table_and_the_conversations_behind_it(tmp_path):
    page = cited(tmp_path)
    anchors = [fields["id"] for _, fields in page.elements if fields.get("id", "").endswith("-1")]
    assert anchors == ["figure-1", "table-1", "conversations-1"]
    cards = page.source.split('<article class="card')[1:]
    evidence = {
        re.search(r'id="claim-([^"]*)"', card)[1]: re.findall(r'href="#([a-z]+-\d+)"', card.partition("</article>")[0])
        for card in cards
    }
    assert evidence["games.cooperates"] == anchors
    assert evidence["games.reacts"] == ["table-1", "conversations-1"]  # conversations that name no other are for all
    assert "Figure 1. Cooperation" in page.text
    assert "Table 1. Shares" in page.text


def test_tables_and_figures_are_saved_for_papers_and_the_run_describes_itself(tmp_path):
    page = cited(tmp_path)
    files = {fields["download"]: fields["href"] for tag, fields in page.elements if tag == "a" and "download" in fields}
    for width, name in ((6.9, "Cooperation-6-9-in.pdf"), (3.3, "Cooperation-3-3-in.pdf")):
        printed = base64.b64decode(files[name].partition(",")[2])
        box = [float(end) for end in re.search(rb"/MediaBox \[([^]]*)\]", printed)[1].split()]
        assert box[2] - box[0] == pytest.approx(72 * width, rel=0.02)
    latex = base64.b64decode(files["Shares.tex"].partition(",")[2]).decode()
    assert "share of" in latex
    assert r"50 \%" in latex
    assert "@software{interlocutor" in page.text


@pytest.mark.parametrize("name", ["Games", "games.", '"><script>', "a b"])
def test_claims_are_named_by_ids(name):
    with pytest.raises(ValueError, match="dotted lower-case names"):
        show.table(pd.DataFrame({"a": [1]}), claims=name)


@pytest.mark.parametrize("told", ["base model under our plain template; float32 on cpu", *HOSTILE[:2]])
def test_the_head_says_what_kind_of_model_answered(tmp_path, told):
    run = make_run(tmp_path)
    path = run / "records" / "user_turn" / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "model_info": {"described": told}}))
    page = Page(write_report(run))
    assert f"tiny: {told}" in page.text.partition("What was found")[0]
