"""A packed run opens elsewhere with the same numbers; an altered or hostile archive leaves nothing behind."""

from __future__ import annotations

import json
import shutil
import zipfile

import pytest
import stand_in

from analysis.report import records
from runner.parameters import Refused
from runner.study import planning
from runner.study.adherence import adherence
from runner.study.archive import KIND, MANIFEST, pack, packing
from runner.study.planning import Wanted, plan_study
from runner.study.unpack import opening, unpack


@pytest.fixture
def file(pair, root, tmp_path):
    return pack("asks-a", root, tmp_path / "a.zip")


def test_a_run_opens_elsewhere_with_the_same_numbers(file, pair, tmp_path):
    assert opening(file, tmp_path / "elsewhere") == 0
    run = tmp_path / "elsewhere" / "asks-a"
    for name in ("claims.json", "parameters.json", "status.json"):
        assert (run / name).read_bytes() == (pair[0] / name).read_bytes()
    assert records.rows(run, "asks_back").equals(records.rows(pair[0], "asks_back"))
    assert "asks-a" in (tmp_path / "elsewhere" / "index.html").read_text()


def test_the_same_run_gives_the_same_bytes(file, root, tmp_path):
    assert pack("asks-a", root, tmp_path / "b.zip").read_bytes() == file.read_bytes()


@pytest.fixture
def planned(notebook, made, root, tmp_path, monkeypatch):
    """(a run made as planned, its plan)."""
    shutil.copytree(made / "asks-a", root / "pilot")
    real = planning.measured
    monkeypatch.setattr(planning, "measured", lambda path, given: real(path, given, stand_in.model))
    assert plan_study(str(notebook), {"model": "a"}, root, Wanted(pilot="pilot", lock=True)) == 0
    (plan,) = (root / "plans").glob("*.json")
    return stand_in.run(notebook, "a", root / plan.stem, started="2100-01-01T00:00:00+00:00"), plan


def test_the_plan_travels_with_its_run_and_is_held_against_it(planned, root, tmp_path, capsys):
    run, plan = planned
    there = tmp_path / "elsewhere"
    assert opening(pack(run.name, root, tmp_path / "run.zip"), there) == 0
    assert f"as planned (plan {adherence(run)['plan']}" in capsys.readouterr().err.replace("\n", " ")
    assert (there / run.name / "plan.json").read_bytes() == plan.read_bytes()
    assert adherence(there / run.name) == adherence(run)
    again = pack(run.name, there, tmp_path / "again.zip")  # of the run that was opened: the same plan, once
    with zipfile.ZipFile(again) as archive:
        assert [name for name in archive.namelist() if name.endswith("plan.json")] == [f"{run.name}/plan.json"]


def test_a_plan_edited_before_it_was_packed_is_said_when_it_is_opened(planned, root, tmp_path, capsys):
    run, plan = planned
    plan.write_text(plan.read_text().replace('"power": 0.8', '"power": 0.9'))
    assert opening(pack(run.name, root, tmp_path / "run.zip"), tmp_path / "elsewhere") == 0
    assert "not as planned: the plan was edited after it was locked" in capsys.readouterr().err.replace("\n", " ")


def test_a_run_without_a_plan_is_not_held_to_one_of_the_place_where_it_is_opened(planned, made, root, tmp_path, capsys):
    """The place has a plan for the same notebook and model."""
    assert opening(pack("asks-a", made, tmp_path / "none.zip"), root) == 0
    assert "planned" not in capsys.readouterr().err
    assert adherence(root / "asks-a") == {}
    assert adherence(root / "pilot")["plan"] == adherence(planned[0])["plan"]


def test_a_plan_altered_in_the_archive_is_refused(planned, root, tmp_path, capsys):
    def change(entries):
        info, content = entries[f"{planned[0].name}/plan.json"]
        entries[info.filename] = (info, content.replace(b'"power": 0.8', b'"power": 0.9'))

    file = rewritten(pack(planned[0].name, root, tmp_path / "run.zip"), change)
    assert opening(file, tmp_path / "elsewhere") == 2
    assert "plan.json is not what was packed" in capsys.readouterr().err.replace("\n", " ")
    assert not list(tmp_path.glob("elsewhere/*"))


def rewritten(file, change):
    """The archive with its entries (name -> content) changed."""
    with zipfile.ZipFile(file) as archive:
        entries = {info.filename: (info, archive.read(info)) for info in archive.infolist()}
    change(entries)
    with zipfile.ZipFile(file, "w") as archive:
        for info, content in entries.values():
            archive.writestr(info, content)
    return file


def hostile(name, mode=0o100644):
    """A change that adds an entry, to the manifest as well."""

    def change(entries):
        told = json.loads(entries[MANIFEST][1])
        told["files"][name.removeprefix("asks-a/")] = "0" * 64
        entries[MANIFEST] = (entries[MANIFEST][0], json.dumps(told).encode())
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        entries[name] = (info, b"/etc/passwd")

    return change


@pytest.mark.parametrize(
    ("name", "mode", "why"),
    [("/etc/x", 0o100644, "leads out"), ("asks-a/../../x", 0o100644, "leads out"), ("../x", 0o100644, "leads out"),
     ("asks-a\\..\\x", 0o100644, "leads out"), ("C:/x", 0o100644, "leads out"), ("other/x", 0o100644, "leads out"),
     ("asks-a/link", 0o120777, "is a link")],
)  # fmt: skip
def test_no_entry_leads_out_of_the_folder(file, tmp_path, name, mode, why):
    with pytest.raises(Refused, match=why):
        unpack(rewritten(file, hostile(name, mode)), tmp_path / "elsewhere")
    assert not list(tmp_path.glob("elsewhere/*"))


def test_no_entry_is_an_absolute_path_behind_the_name_of_the_run(file, tmp_path):
    """`asks-a//tmp/x`: without the name of the run an absolute path, which joined to a folder leaves it."""
    outside = tmp_path / "outside"
    with pytest.raises(Refused, match="leads out"):
        unpack(rewritten(file, hostile(f"asks-a/{outside}")), tmp_path / "elsewhere")
    assert not outside.exists()


def test_damaged_bytes_are_answered_in_words_wherever_they_lie(file, tmp_path):
    content = file.read_bytes()
    for at in range(0, len(content), len(content) // 80):
        file.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        root = tmp_path / str(at)
        if opening(file, root) == 2:
            assert not list(root.glob("*"))


@pytest.mark.parametrize("run", [None, 5, ["asks-a"]])
def test_a_manifest_that_names_no_run_is_refused(file, tmp_path, run):
    def change(entries):
        told = {**json.loads(entries[MANIFEST][1]), "run": run}
        entries[MANIFEST] = (entries[MANIFEST][0], json.dumps(told).encode())

    assert opening(rewritten(file, change), tmp_path / "elsewhere") == 2


def test_an_altered_file_is_named_and_nothing_stays(file, tmp_path, capsys):
    def change(entries):
        info, content = entries["asks-a/claims.json"]
        entries["asks-a/claims.json"] = (info, content.replace(b"asks.back", b"asks.baco"))

    assert opening(rewritten(file, change), tmp_path / "elsewhere") == 2
    assert "claims.json is not what was packed" in capsys.readouterr().err.replace("\n", " ")
    assert not list(tmp_path.glob("elsewhere/*"))


@pytest.mark.parametrize("run", ["", "..", "a/b", ".hidden", "/abs"])
def test_the_name_of_the_run_is_one_folder(file, tmp_path, run):
    def change(entries):
        told = {**json.loads(entries[MANIFEST][1]), "run": run}
        entries[MANIFEST] = (entries[MANIFEST][0], json.dumps(told).encode())

    with pytest.raises(Refused, match="none that a run can have"):
        unpack(rewritten(file, change), tmp_path / "elsewhere")


def test_other_files_are_no_archive(tmp_path, capsys):
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    assert opening(tmp_path / "x.zip", tmp_path / "r") == opening(tmp_path / "none.zip", tmp_path / "r") == 2
    with zipfile.ZipFile(tmp_path / "y.zip", "w") as archive:
        archive.writestr(MANIFEST, json.dumps({"kind": KIND}))
    assert opening(tmp_path / "y.zip", tmp_path / "r") == 2
    said = capsys.readouterr().err.replace("\n", " ")
    assert "cannot be read as an archive" in said
    assert "holds no interlocutor.json of a run" in said


def test_a_run_that_is_there_is_never_overwritten(file, root):
    with pytest.raises(Refused, match="exists: open the archive into another folder"):
        unpack(file, root)


def test_links_and_unknown_runs_are_not_packed(pair, root, tmp_path, capsys):
    assert packing("nothing", root, None) == 2
    assert "no run 'nothing'" in capsys.readouterr().err.replace("\n", " ")
    (pair[1] / "link").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match="is a link"):
        pack("asks-b", root, tmp_path / "b.zip")
