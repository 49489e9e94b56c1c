"""Tasks of PERMA: eight replies lose their letters, and a broken file is named."""

from __future__ import annotations

import json

import pytest

from probes.shared.datasets import perma

OPTIONS = "A: Jazz\nwith strings.\nB: Rock."
TASK = {"task_id": "SD-Music-1", "question": "What now?", "options": OPTIONS, "gold_label": "A"}


def written(folder, name, **other):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(TASK | other))


def test_tasks_of_all_users_below_a_folder_are_read(tmp_path):
    written(tmp_path / "user1" / "overall", "SD-Music-task-1_1")
    written(tmp_path / "user2" / "overall", "SD-Music-task-1_1", gold_label="B")
    items = perma.load(tmp_path)
    assert [item.answer for item in items] == ["Jazz\nwith strings.", "Rock."]
    assert {item.group for item in items} == {"SD-Music-1"}
    assert items[0].options == ("Jazz\nwith strings.", "Rock.")


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"gold_label": "C"}, "field 'gold_label' is 'C', not one of A, B"),
        ({"options": "Jazz or rock?"}, "options must be lines that begin"),
        ({"options": ["Jazz", "Rock"]}, "field 'options' must be str"),
    ],
)
def test_broken_tasks_are_named(tmp_path, other, message):
    written(tmp_path, "SD-Music-task-1_1", **other)
    with pytest.raises(ValueError, match=f"SD-Music-task-1_1.json.*{message}"):
        perma.load(tmp_path)
