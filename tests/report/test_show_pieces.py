"""Tables, figures, transcripts: what they carry, and that they can be read back."""

from __future__ import annotations

import base64
import io
import re

import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from run_folders import finished, lines

from analysis import show
from analysis.report import style
from runner.cells import groups


def csv_in(html):
    coded = re.search(r"data:text/csv;charset=utf-8;base64,([^\"]*)", html).group(1)
    return base64.b64decode(coded).decode()


# The characters that make a spreadsheet read a cell as a formula, and the apostrophe as remedy: OWASP, "CSV Injection".
@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1"])
def test_no_cell_of_a_csv_starts_a_formula(cell):
    said = show.csv_text(pd.DataFrame({"a": [cell], cell: ["x"]}))
    for field in pd.read_csv(io.StringIO(said), header=None, dtype=str).to_numpy().ravel():
        assert not re.match(r"[\s]*[=+\-@＝]", field) or field.startswith("'")


def test_numbers_and_ordinary_text_are_unchanged_in_the_csv():
    frame = pd.DataFrame({"n": [-1.5, 2.0], "text": ["-3.2", "plain, with comma"], "odd": ["1e-5", "+4"]})
    back = pd.read_csv(io.StringIO(show.csv_text(frame)), dtype={"text": str, "odd": str})
    pd.testing.assert_frame_equal(back, frame, check_dtype=False)


def test_a_table_keeps_all_cells_escapes_and_leaves_missing_ones_empty():
    frame = pd.DataFrame({"name": ["<b>", None], "value": [0.123456, float("nan")]})
    html = show.table(frame, "A caption").html
    assert re.findall(r"<td[^>]*>(.*?)</td>", html) == ["&lt;b&gt;", "0.123", "", ""]
    assert csv_in(html) == "name,value\n<b>,0.123456\n,\n"


@pytest.mark.parametrize("rows", [0, 1, 5000])
def test_tables_of_any_length(rows):
    html = show.table(pd.DataFrame({"n": range(rows)}), "Many").html
    assert html.count("<tr>") == 1 + min(rows, 1000)
    assert ("first 1000 of 5000 rows" in html) == (rows == 5000)
    assert csv_in(html).count("\n") == rows + 1


def test_a_figure_has_its_description_its_data_and_follows_the_colour_scheme():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    with style.use():
        _, ax = plt.subplots()
        ax.plot([0, 1], [0, 1])
        ax.set_title("A title")
    data = pd.DataFrame({"x": [0, 1]})
    html = show.figure(ax, data, alt='Rises "steadily"', caption="From 0 to 1.").html
    svg = base64.b64decode(re.search(r"data:image/svg\+xml;base64,([^\"]*)", html).group(1)).decode()
    assert 'alt="Rises &quot;steadily&quot;"' in html
    assert "prefers-color-scheme" in svg
    assert "currentColor" in svg
    assert style.INK not in svg.replace(f"svg{{color:{style.INK}", "")
    assert "A title" in svg  # text stays text: it can be found and read aloud
    assert csv_in(html) == "x\n0\n1\n"
    assert plt.get_fignums() == before  # closed: hundreds of figures would fill the memory


def test_a_figure_in_another_style_keeps_its_colours_on_white_ground():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    ax.text(0.5, 0.5, "on a dark cell", color="white")
    html = show.figure(ax, alt="Plain").html
    svg = base64.b64decode(re.search(r"data:image/svg\+xml;base64,([^\"]*)", html).group(1)).decode()
    assert "il-figure--raster" in html  # the class that gives white ground in the dark
    assert "currentColor" not in svg
    assert "#ffffff" in svg


def test_a_figure_with_very_many_marks_becomes_a_picture():
    import matplotlib.pyplot as plt
    import numpy as np

    _, ax = plt.subplots()
    ax.scatter(*np.random.default_rng(0).random((2, 20_000)))
    html = show.figure(ax, alt="Many").html
    assert "data:image/png;base64," in html
    assert len(html) < 600_000


def test_a_figure_without_description_is_refused():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="say what the figure shows"):
        show.figure(ax)
    plt.close("all")


def test_the_style_ends_with_its_block_and_stays_when_called():
    import matplotlib as mpl

    before = mpl.rcParams["text.color"]
    with style.use():
        assert mpl.rcParams["text.color"] == style.INK
    assert mpl.rcParams["text.color"] == before


# Contrast by WCAG 2.2, 1.4.11 (graphics): at least 3:1 against both grounds of the report.
@pytest.mark.parametrize("ground", ["#ffffff", "#13161b"])
@pytest.mark.parametrize("colour", [*style.PALETTE[:3], style.SOFT])
def test_first_colours_can_be_told_from_light_and_dark_ground(colour, ground):
    assert contrast(colour, ground) >= 3.0


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_rows_without_value_keep_their_place_in_an_interval_plot():
    import matplotlib.pyplot as plt

    frame = pd.DataFrame({"who": ["a", "b"], "value": [0.5, None], "low": [0.4, None], "high": [0.6, None]})
    _, ax = plt.subplots()
    style.intervals(ax, frame, "who")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert "not estimable" in [text.get_text() for text in ax.texts]
    plt.close("all")


@pytest.fixture
def run(tmp_path):
    """Two trials as the records keep them, and the table of their rows."""
    asked = [
        {"turns": [["user", "2+2?"], ["assistant", "4."]], "role": "user", "kind": "Continuation", "text": f"turn {k}",
         "ids": [1], "logprobs": [-0.1], "stop": "end_of_turn", "temperature": 0.7}
        for k in range(3)
    ]  # fmt: skip
    facts = {"context": "maths-01", "note": "<i>"}
    rows = [{"values": {"follow_up": 1.0}, "facts": {}, "text": "turn 1", "stop": "end_of_turn",
             "question": 1}]  # fmt: skip
    records = [{"key": f"k{k}", "facts": {**facts, "n": k}, "rows": rows, "asked": asked} for k in range(2)]
    table = finished(tmp_path, "user_turn", [line for one in records for line in lines(one)], records)
    return tmp_path, table


def test_transcripts_show_the_exchange_behind_a_row(run):
    out, table = run
    html = show.transcripts(table, out).html
    assert html.count('<details class="il-trial"') == 2
    assert html.count("2+2?") == 2
    assert "turn 1" in html
    assert "turn 0" not in html  # another question of the same trial
    assert "follow_up 1" in html
    assert "n 1" in html  # a fact that varies is told


def test_transcripts_without_records_show_the_reply(run):
    _, table = run
    assert "turn 1" in show.transcripts(table.head(1)).html


def test_a_zero_but_for_rounding_is_zero_on_the_page_only():
    html = show.table(pd.DataFrame({"kappa": [-2.22e-16, 1e-9]})).html
    assert '<td class="number">0</td><' in html.replace("</td></tr>", "</td><")
    assert '<td class="number">1e-09</td>' in html


def test_transcripts_of_nothing(run):
    out, table = run
    assert "0 of 0" in show.transcripts(table.head(0), out).plain


def test_the_trial_browser_shows_every_trial(run):
    out, _ = run
    shown = show.trials(out)
    assert shown.plain.startswith("2 of 2 trials")
    assert "&lt;i&gt;" in shown.html
    assert show.trials(out, limit=1).plain.startswith("1 of 2 trials")


def test_tokens_are_shaded_by_surprise():
    # ln 0.9, ln 0.3, ln 0.01, ln 0.0001: below none, one, three and four of the limits .5, .1, .02, .002
    html = show.tokens(["a", "b", "c", "d"], [-0.105, -1.204, -4.605, -9.21]).html
    assert re.findall(r"il-p(\d)", html) == ["0", "1", "3", "4"]
    with pytest.raises(ValueError, match="2 tokens but 1"):
        show.tokens(["a", "b"], [0.0])


def test_the_browser_narrows_and_shows_one_question_at_a_time(run):
    out, _ = run
    find, choice, number, page = show.browse(out).widget.children
    assert len(choice.options) == 2
    assert number.max == 3
    number.value = 2
    assert "turn 1" in page.value
    assert "turn 2" not in page.value
    find.value = "nothing like that"
    assert choice.options == ()
    assert "nothing was asked" in page.value


def test_the_viewer_leafs_through_replies_with_their_measures(run):
    out, table = run
    find, choice, page = show.view(table, out, facts=["n"]).widget.children
    assert [name for name, _ in choice.options] == ["follow_up 1; n 0", "follow_up 1; n 1"]
    assert "turn 1" in page.value
    find.value = "0"
    assert len(choice.options) == 1


def test_a_widget_is_its_static_page_in_the_report(run):
    out, table = run
    for live, still in ((show.browse(out), show.trials(out)), (show.view(table, out), show.transcripts(table, out))):
        shown = live._repr_mimebundle_()
        assert shown["text/html"] == still._repr_html_()
        assert "application/vnd.jupyter.widget-view+json" in shown
        cell = new_code_cell("", outputs=[new_output("display_data", data=shown)])
        (group,) = groups(new_notebook(cells=[cell]))
        assert [block.text for block in group.blocks] == [still._repr_html_()]


def test_a_row_of_several_questions_shows_all_of_its_trial(run):
    out, table = run
    html = show.transcripts(table.assign(question=pd.NA), out).html
    assert html.count("made from none or several of the 3 questions of its trial") == 2
    assert html.count("Question 3 of 3") == 2
    assert "2+2?" in html
    assert "2+2?" not in show.transcripts(table.assign(question=pd.NA)).html


def test_a_row_that_its_record_contradicts_is_refused(run):
    out, table = run
    for stale in (table.assign(text="another reply"), table.assign(question=7)):
        with pytest.raises(ValueError, match="asked again since this table was made"):
            show.transcripts(stale, out)


def test_a_ledger_is_a_table(tmp_path):
    cells = tmp_path / "cells"
    cells.mkdir()
    (cells / "a.json").write_text('{"run": "a", "state": "failed", "reason": "boom", "given": {"seed": 3}}')
    (cells / "b.json").write_text('{"run": "b", "sta')
    found = show.sweep(tmp_path)
    assert list(found["state"]) == ["failed", "unreadable"]
    assert found.loc[0, "seed"] == 3


def test_an_estimate_stands_in_one_cell_and_empty_columns_are_left_out():
    lines = pd.DataFrame({"what_it_is": ["a", "b"], "value": [0.12, None], "low": [0.05, None], "high": [0.2, None],
                          "reason": ["", None], "units": [3, 0]})  # fmt: skip
    html = show.table(lines, "Rates").html
    assert re.findall("<th scope[^>]*>(.*?)</th>", html) == ["what it is", "value (interval)", "units"]
    assert '<td class="number">0.12 (0.05 to 0.2)</td>' in html
    data = base64.b64decode(re.search('href="data:text/csv[^,]*,([^"]*)"', html)[1]).decode()
    assert data.splitlines()[0] == "what_it_is,value,low,high,reason,units"


def test_limits_are_told_apart_where_three_digits_do_not():
    lines = pd.DataFrame({"value": [0.50012, 0.5], "low": [0.49987, 0.5], "high": [0.50031, 0.5]})
    html = show.table(lines, "Shares").html
    assert re.findall('<td class="number">(.*?)</td>', html) == ["0.5001 (0.4999 to 0.5003)", "0.5 (0.5 to 0.5)"]
