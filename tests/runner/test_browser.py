"""The pages in a real browser, offline: nothing is requested, nothing is executed, nothing is complained about."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from nbformat.v4 import new_markdown_cell
from runner_cases import CLAIM, make_run, shown

from analysis import show
from analysis.report import style
from runner.cards import cards, headline
from runner.index import write_index
from runner.report import write_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-default-apps", "--hide-scrollbars"]  # fmt: skip
OWN = re.compile(r"^\S+ (https?://)?[\w.-]*\.(google|googleapis|gstatic)\.com\b")
"""What Chromium asks for by itself (time, updates) whatever page it shows; our pages contain none of these names."""


@pytest.fixture(scope="module")
def outside():
    """A proxy that answers nothing and remembers every request; Chromium is told to send everything through it."""
    asked: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    asked.append(connection.recv(2000).split(b"\r\n")[0].decode(errors="replace"))
                except OSError:
                    asked.append("a connection without a request")

    threading.Thread(target=listen, daemon=True).start()
    yield server.getsockname()[1], asked
    server.close()


def browse(page: Path, outside, folder: Path, *flags: str) -> tuple[str, list[str], list[str]]:
    """The page's elements after its script ran, what the console said, and what was requested from elsewhere."""
    port, asked = outside
    before = len(asked)
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={folder}", f"--proxy-server=http://127.0.0.1:{port}",
               "--proxy-bypass-list=<-loopback>", "--enable-logging=stderr", "--virtual-time-budget=3000",
               *flags, "--dump-dom", page.as_uri()]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    log = done.stderr.decode(errors="replace")
    return (
        done.stdout.decode(errors="replace"),
        re.findall(r"CONSOLE.*", log),
        [one for one in asked[before:] if not OWN.match(one)],
    )


def test_the_hostile_report_requests_and_executes_nothing(hostile_run, outside, tmp_path):
    elements, console, asked = browse(write_report(hostile_run), outside, tmp_path)
    assert "This run did not finish" in elements
    assert (
        "pwned" not in re.search(r"<title>(.*?)</title>", elements, re.S).group(1).split("<")[0]
        or "&lt;script" in elements
    )
    assert "<title>pwned" not in elements
    assert console == []
    assert asked == []


def test_the_report_sorts_and_searches_offline(outside, tmp_path):
    rows = "".join(f"<tr><td>{k}</td></tr>" for k in range(12))
    cells = [shown(text_html=f"<table><thead><tr><th>n</th></tr></thead><tbody>{rows}</tbody></table>")]
    page = write_report(make_run(tmp_path, cells=cells))
    elements, console, asked = browse(page, outside, tmp_path / "profile")
    assert "Find in table" in elements  # put there by the script, so the policy let it run
    assert '<button type="button">n</button>' in elements
    assert (console, asked) == ([], [])


def test_the_index_offers_filters_and_comparison_offline(outside, tmp_path):
    for name in ("one-1", "two-2"):
        write_report(make_run(tmp_path, name))
    elements, console, asked = browse(write_index(tmp_path), outside, tmp_path / "profile")
    assert elements.count('type="checkbox"') == 2
    assert "2 runs" in elements
    assert (console, asked) == ([], [])


def test_the_watch_itself_works(outside, tmp_path):
    """A page that does ask and complain is seen to: otherwise the tests above could not fail."""
    page = tmp_path / "bad.html"
    page.write_text("<script>console.error('seen')</script><img src='http://attacker.invalid/beacon.png'>")
    _, console, asked = browse(page, outside, tmp_path / "profile")
    assert any("seen" in line for line in console)
    assert any("attacker.invalid" in line for line in asked)


def measured(page: Path, script: str, outside, folder: Path, size: str) -> float:
    """A number from the layout: a copy of the page gets a script that writes it into the title."""
    copy = folder / "copy.html"
    source = re.sub("script-src 'sha256-[^']*'", "script-src 'unsafe-inline'", page.read_text())
    copy.write_text(f"{source}<script>document.title = {script}</script>")
    elements, _, _ = browse(copy, outside, folder / "profile", f"--window-size={size}")
    return float(re.search(r"<title>([\d.]+)</title>", elements).group(1))


def found_by_axe(page: Path, outside, folder: Path) -> list[str]:
    """What axe-core objects to: a copy of the page gets its script, which writes the rules broken into the title."""
    package = pytest.importorskip("axe_core_python", reason="axe-core-python, of the extra dev, is not installed")
    axe = (Path(package.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")
    copy = folder / "copy.html"
    source = re.sub("script-src 'sha256-[^']*'", "script-src 'unsafe-inline'", page.read_text())
    told = (
        "({violations}) => { document.title = 'axe ' + JSON.stringify(violations.map(v => [v.id, v.nodes[0].html])) }"
    )
    copy.write_text(f"{source}<script>{axe}</script><script>axe.run().then({told})</script>")
    elements, _, _ = browse(copy, outside, folder / "profile", "--virtual-time-budget=20000")
    return [": ".join(each) for each in json.loads(unescape(re.search(r"<title>axe (.*?)</title>", elements, re.S)[1]))]


def test_axe_finds_nothing_in_a_report_and_the_index(outside, tmp_path):
    frame = pd.DataFrame({"share": [0.1, 0.2], "of": ["a", "b" * 60]})
    ax = style.forest(
        pd.DataFrame({"label": ["a"], "value": [0.5], "low": [0.4], "high": [0.6]}), "label", (0, "n"), "x"
    )
    parts = [show.table(frame, "Shares"), show.figure(ax, frame, alt="Shares"),
             show.conversation([("user", "long\n" * 60), ("assistant", "yes")])]  # fmt: skip
    run = make_run(
        tmp_path, cells=[new_markdown_cell("# T\n\n## Rates"), *(shown(text_html=part.html) for part in parts)]
    )
    bad = {**CLAIM, "gates": [{"name": "mass", "value": 0.1, "passed": False, "why": "needs 0.5"}], "verdict": "void"}
    whole, detail = {**CLAIM, "id": "a.whole"}, {**CLAIM, "id": "a.detail", "part_of": "a.whole"}
    (run / "claims.json").write_text(json.dumps({"finished": True, "claims": [whole, {**bad, "id": "a.bad"}, detail]}))
    assert found_by_axe(write_report(run), outside, tmp_path) == []
    assert found_by_axe(write_index(tmp_path), outside, tmp_path) == []


def test_axe_finds_what_is_wrong(outside, tmp_path):
    page = tmp_path / "bad.html"
    page.write_text("<!doctype html><html><title>t</title><main><h1>h</h1><img src='data:,'></main>")
    assert any(one.startswith("image-alt") for one in found_by_axe(page, outside, tmp_path))


def test_three_claims_fit_on_the_first_screen(outside, tmp_path):
    long = "Follow-up rate of smollm2-135m: 62 % (95 % interval 55 to 69 %; 40 contexts, 78 of 80 scored). " * 2
    run = make_run(tmp_path)
    (run / "claims.json").write_text(json.dumps({"finished": True, "claims": [{**CLAIM, "sentence": long}] * 3}))
    bottoms = "[...document.querySelectorAll('.card')].map((card) => card.getBoundingClientRect().bottom)"
    bottom = measured(write_report(run), f"Math.max(...{bottoms})", outside, tmp_path, "1280,800")
    assert 200 < bottom <= 800


@pytest.mark.parametrize(
    ("size", "last"), [("1280,800", "#more > summary"), ("500,844", ".strip tbody tr:nth-of-type(5) > th")]
)
def test_the_first_screen_holds_the_strip_and_the_way_to_the_others(outside, tmp_path, size, last):
    """On a phone at least four of six rows, whatever their length, and nothing beside them."""
    run = make_run(tmp_path)
    long = {**CLAIM, "question": "Does it expect an answer to what it says when it is asked twice? " * 2}
    bad = {**CLAIM, "gates": [{"name": "mass", "value": 0.1, "passed": False, "why": "needs 0.5"}], "verdict": "void"}
    (run / "claims.json").write_text(json.dumps({"finished": True, "claims": [long, bad, *[long] * 14]}))
    page = write_report(run)
    bottom = measured(page, f"document.querySelector('{last}').getBoundingClientRect().bottom", outside, tmp_path, size)
    assert 200 < bottom <= int(size.split(",")[1])
    shown = measured(page, "document.querySelectorAll('#cards > .card').length", outside, tmp_path, size)
    seen = "[...document.querySelectorAll('.strip tbody th')].filter((row) => row.offsetHeight).length"
    assert measured(page, seen, outside, tmp_path, size) == 6
    count = "Number(document.querySelector('.more__count').textContent)"
    assert shown + measured(page, count, outside, tmp_path, size) == 16
    void = "document.querySelector('#more .card:last-child .card__void') ? 1 : 0"
    assert measured(page, void, outside, tmp_path, size) == 1  # what failed its gate comes last and shows no number
    wide = "document.documentElement.scrollWidth"
    assert measured(page, wide, outside, tmp_path, size) <= int(size.split(",")[0])


def test_the_first_question_stays_first_even_where_it_has_no_result():
    bad = {**CLAIM, "gates": [{"name": "mass", "value": 0.1, "passed": False, "why": "needs 0.5"}], "verdict": "void"}
    first, _ = headline(cards({"claims": [bad, CLAIM]}))
    assert [card["tone"] for card in first] == ["invalid", cards({"claims": [CLAIM]})[0]["tone"]]


@pytest.mark.parametrize("width", [500, 1280])
def test_no_text_widens_the_page(hostile_run, outside, tmp_path, width):
    page = write_report(hostile_run)
    assert measured(page, "document.documentElement.scrollWidth", outside, tmp_path, f"{width},800") <= width


def test_a_click_sorts_numbers_as_numbers_and_typing_narrows(outside, tmp_path):
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in (10, 9, 100, "", 2, 33, 4, 5, 6, 7))
    cells = [shown(text_html=f"<table><thead><tr><th>n</th></tr></thead><tbody>{rows}</tbody></table>")]
    page = write_report(make_run(tmp_path, cells=cells))
    script = """(() => {
      const cells = () => [...document.querySelectorAll('.shown td')];
      document.querySelector('.shown th button').click();
      const up = cells().map((cell) => cell.textContent).join();
      document.querySelector('.shown th button').click();
      const down = cells()[0].textContent;
      const find = document.querySelector('input[type=search]');
      find.value = '10';
      find.dispatchEvent(new Event('input'));
      const left = cells().filter((cell) => !cell.parentElement.hidden).length;
      return Number(up === '2,4,5,6,7,9,10,33,100,' && down === '100' && left === 2);
    })()"""
    assert measured(page, script, outside, tmp_path, "1280,800") == 1


def test_the_index_filters_and_compares(outside, tmp_path):
    for name, state in (("one-1", "finished"), ("two-2", "failed"), ("three-3", "finished")):
        write_report(make_run(tmp_path, name, state=state))
    page = write_index(tmp_path)
    script = """(() => {
      const selects = [...document.querySelectorAll('select')];
      const state = selects.find((one) => one.parentElement.textContent.includes('State'));
      state.value = 'failed';
      state.dispatchEvent(new Event('input'));
      const failed = document.querySelectorAll('.run:not([hidden])').length;
      state.value = '';
      state.dispatchEvent(new Event('input'));
      [...document.querySelectorAll('.choose input')].slice(0, 2).forEach((tick) => tick.click());
      const table = document.querySelectorAll('#comparison:not([hidden]) tbody tr').length;
      return Number(failed === 1 && table >= 2);
    })()"""
    assert measured(page, script, outside, tmp_path, "1280,800") == 1
