"""The labelling form in a real browser: keys, undo, progress, export; hostile text is text; nothing else may run."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from analysis.study.labels import append, exported
from analysis.study.sheets import draw, save
from runner.study.form import write_form

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]
PRESSED = """<script>
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key }));
%s
const told = { sheet: sheet.sheet, labeller: sheet.labeller, labels: log, said: by("count").textContent };
document.title = JSON.stringify(told);
</script>"""


def dom(path, tmp_path):
    """The page as it is once its scripts ran."""
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
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
