"""The labelling form in a real browser: keys, undo, progress, export; hostile text is text; nothing else may run."""

from __future__ import annotations

import base64
import html
import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from analysis.study import widget
from analysis.study.drawing import draw
from analysis.study.labels import append, exported, history
from analysis.study.sheets import save
from analysis.study.widget import Labelling
from runner.study.form import write_form

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]
PRESSED = """<script>
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key }));
%s
const said = document.querySelector(".count").textContent.trim();
document.title = JSON.stringify({ sheet: sheet.sheet, labeller: sheet.labeller, labels: log, said });
</script>"""


def dom(path, tmp_path):
    """The page as it is once its scripts ran."""
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
             "--virtual-time-budget=5000"]  # fmt: skip
    done = subprocess.run([CHROMIUM, *quiet, "--dump-dom", path.as_uri()], capture_output=True, text=True, timeout=120)
    return done.stdout


@pytest.fixture
def form(pair):
    sheet = draw(pair[0], "asks_back", 20, ["ann"], 0)
    save(sheet, pair[0])
    return sheet, write_form(sheet, "ann", pair[0] / "labels")


def test_the_form_shows_its_first_turn_as_text(form, tmp_path):
    page = dom(form[1], tmp_path)
    assert "0 of 20 labelled; this is number 1" in page
    assert "&lt;b&gt;" in re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert page.count('class="turn turn--last"') == 1


def test_a_script_that_is_not_ours_does_not_run(form, tmp_path):
    path = form[1]
    path.write_text(path.read_text().replace("</body>", '<script>document.title="pwned"</script></body>'))
    assert "<title>pwned</title>" not in dom(path, tmp_path)


def test_keys_label_undo_and_export_what_the_run_takes_in(form, pair, tmp_path):
    sheet, path = form
    page = re.sub(r"<meta http-equiv.*?>", "", path.read_text())  # the policy would keep the test's own script out
    page = page.replace("</body>", PRESSED % 'press("1"); press("2"); press("u"); press("2"); press("9");' + "</body>")
    path.write_text(page)
    told = json.loads(re.search(r"<title>(.*?)</title>", dom(path, tmp_path), re.S)[1].replace("&quot;", '"'))
    assert [label["label"] for label in told["labels"]] == ["yes", "no"]
    assert told["said"].startswith("2 of 20 labelled; this is number 3")
    file = tmp_path / "labels-ann.json"
    file.write_text(json.dumps(told))
    assert append(pair[0], sheet, exported(file, sheet)) == 2


def pressed(form, tmp_path, script):
    """What the form says after a script of the test's own; the browser's store lives on in the profile."""
    path = tmp_path / "form.html"
    page = re.sub(r"<meta http-equiv.*?>", "", form[1].read_text())
    path.write_text(page.replace("</body>", PRESSED % script + "</body>"))
    return json.loads(re.search(r"<title>(.*?)</title>", dom(path, tmp_path), re.S)[1].replace("&quot;", '"'))


NOTE = """
press("n"); const field = document.querySelector(".note"); if (document.activeElement !== field) press("9");
field.value = "unsure"; field.dispatchEvent(new KeyboardEvent("keydown", { key: "1", bubbles: true }));
field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
press("2"); press("ArrowLeft");
field.value = "sure"; field.dispatchEvent(new Event("change"));
"""


def test_a_note_is_written_without_labelling_and_changed_afterwards(form, tmp_path):
    told = pressed(form, tmp_path, NOTE)
    assert [(label["label"], label["note"]) for label in told["labels"]] == [("no", "unsure"), ("no", "sure")]
    assert told["said"].startswith("1 of 20 labelled; this is number 1")


def test_a_form_that_is_opened_again_goes_on_where_it_was_left(form, tmp_path):
    assert pressed(form, tmp_path, 'press("1"); press("2");')["said"].startswith("2 of 20 labelled; this is number 3")
    assert pressed(form, tmp_path, "")["said"].startswith("2 of 20 labelled; this is number 3")
    assert pressed(form, tmp_path, 'press("u");')["said"].startswith("1 of 20 labelled; this is number 2")


@pytest.mark.parametrize("classes", [2, 6])
def test_keys_one_to_six_choose_a_class(form, pair, tmp_path, classes):
    sheet = replace(form[0], classes=tuple(f"class_{k}" for k in range(1, classes + 1)))
    told = pressed((sheet, write_form(sheet, "ann", tmp_path)), tmp_path, 'for (const key of "1234567") press(key);')
    assert [label["label"] for label in told["labels"]] == list(sheet.classes)


WIDGET = """<div id="el"></div><script type="module">
const module = await import("data:text/javascript;base64,%s");
const sent = [], leaked = [], listeners = [];
document.addEventListener("keydown", (event) => leaked.push(event.key));
const model = { get: () => (%s), on: (_, act) => listeners.push(act), send: (told) => sent.push(told) };
const el = document.getElementById("el");
module.default.render({ model, el });
const press = (key, at = el) => at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
press("1"); press("6"); press("u"); press("7"); press("ArrowRight");
const field = el.querySelector(".note");
field.value = "unsure"; press("2", field); press("2");
el.querySelectorAll("button")[0].click();
document.title = JSON.stringify({ sent, leaked, suppressed: el.dataset.lmSuppressShortcuts });
</script>"""


def test_the_widget_sends_what_is_pressed_and_keeps_the_keys_to_itself(form, pair, tmp_path):
    """The messages are then given to the labelling as anywidget would give them."""
    sheet = replace(form[0], classes=tuple(f"class_{k}" for k in range(1, 7)))
    shutil.rmtree(pair[0] / "labels")
    save(sheet, pair[0])
    session = Labelling(pair[0], "ann")
    code = base64.b64encode(widget.esm().encode()).decode()
    path = tmp_path / "widget.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><body>{WIDGET % (code, json.dumps(session.shown))}")
    told = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", dom(path, tmp_path), re.S)[1]))
    assert told["leaked"] == ["7"]  # no class: JupyterLab may have it
    assert told["suppressed"] == "true"
    for message in told["sent"]:
        session.act(message)
    assert [label["label"] for label in history(pair[0])] == ["class_1", "class_6", "", "class_2", "class_1"]
    assert [label["note"] for label in history(pair[0])][3] == "unsure"
    assert session.progress == Labelling(pair[0], "ann").progress == "3 of 20 labelled"
