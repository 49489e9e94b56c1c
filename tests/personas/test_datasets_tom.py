from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import probes
import probes.datasets
from analysis import persona
from probes import ScriptedModel
from probes.datasets._items import Item
from probes.suite.persona_tom import PersonaTom

DATA = Path(__file__).parents[2] / "../shared/data"
real = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder beside the checkout is absent"),
]
NAMES = ["aqua", "bigtom", "fantom", "gsm8k", "hi_tom", "mpi", "opentom", "persona_roles", "sd3", "svamp", "tombench"]
load = {name: probes.datasets[name] for name in [*NAMES, "tomi"]}


def real_data(*arguments):
    return pytest.param(*arguments, marks=real)


# Counts from the data folders' own descriptions; ToMBench and AQuA lose the items with two equal options.
@pytest.mark.parametrize(
    ("name", "folder", "count"),
    [
        real_data("gsm8k", "gsm8k", 1319),
        real_data("svamp", "svamp", 1000),
        real_data("aqua", "aqua", range(245, 255)),
        real_data("bigtom", "bigtom", range(1600, 1601)),
        real_data("tombench", "tombench", range(2780, 2861)),
        real_data("mpi", "mpi", 120),
        real_data("persona_roles", "persona_roles", 276),
    ],
)
def test_whole_public_file(name, folder, count):
    items = load[name](DATA / folder)
    assert len(items) in (count if isinstance(count, range) else [count])
    assert len({item.name for item in items}) == len(items)
    if isinstance(items[0], Item) and items[0].options:
        assert all(item.answer in item.options for item in items)


@pytest.mark.parametrize("path", [real_data(DATA / "bigtom")])
def test_bigtom_conditions(path):
    items = load["bigtom"](path, variables=("belief",), limit=1)
    told = {item.task: item for item in items}
    noor = [item for item in items if "Noor sees her coworker" in item.story]
    assert [item.task for item in noor] == ["belief:true_belief"]
    assert told["belief:true_belief"].answer == "Noor believes the milk pitcher contains almond milk."
    assert told["belief:false_belief"].answer == "Noor believes the milk pitcher contains oat milk."
    assert "swaps" not in told["belief:true_control"].story
    assert "oatmilk" not in told["belief:false_belief"].story
    assert "oatmilk" in load["bigtom"](path, initial=True, limit=1)[1].story


@pytest.mark.parametrize("path", [real_data(DATA / "tombench")])
def test_tombench_shapes(path):
    items = load["tombench"](path, tasks=("False Belief Task", "Strange Story Task"))
    assert Counter(len(item.options) for item in items).keys() <= {2, 3, 4}
    assert items[0].options == ("Backpack", "Handbag", "Tote bag", "Briefcase")
    assert items[0].answer == "Backpack"
    assert len({item.group for item in items}) < len(items), "questions on one story share a group"
    with pytest.raises(ValueError, match="no task 'Chess'"):
        load["tombench"](path, tasks=("Chess",))


@pytest.mark.parametrize("path", [real_data(DATA / "gsm8k")])
def test_gsm8k_answers(path):
    items = load["gsm8k"](path, limit=2)
    assert [item.answer for item in items] == ["18", "3"]
    assert all("," not in item.answer for item in load["gsm8k"](path))


# Files of the form the sets have, in our own words.
FANTOM = {
    "set_id": "7-0-1",
    "short_context": "Ann: My dog is called Rex.",
    "full_context": "Bob: Hello.\nAnn: My dog is called Rex.",
    "factQA": {"question": "What is the dog called?", "correct_answer": "Rex"},
    "beliefQAs": [
        {
            "question": "What does Bob believe the dog is called?",
            "correct_answer": "Bob does not know.",
            "wrong_answer": "Bob believes it is Rex.",
            "missed_info_accessibility": "inaccessible",
        }
    ],
    "answerabilityQAs_binary": [
        {"question": "Does Bob know?", "correct_answer": "no", "missed_info_accessibility": "inaccessible"},
        {"question": "Does Ann know?", "correct_answer": "yes", "missed_info_accessibility": "inaccessible"},
        {"question": "Does Cid know?", "correct_answer": "no:long", "missed_info_accessibility": "accessible"},
    ],
    "infoAccessibilityQAs_binary": [],
}
HITOM = [
    {
        "prompting_type": kind, "deception": False, "story_length": 1, "question_order": order, "sample_id": 4,
        "story": "1 Ann entered the hall.\n2 The fig is in the red_box.", "question": "Where is the fig really?",
        "choices": "A. red_box, B. blue_jar, C. green_bag", "answer": "red_box",
    }
    for kind in ("MC", "CoTP") for order in (0, 1)
]  # fmt: skip
TOMI = (
    "1 Ann entered the hall.\n2 The fig is in the box.\n3 Bob exited the hall.\n4 Ann moved the fig to the jar.\n"
    "5 Where will Bob look for the fig?\tbox\t1\n1 Ann entered the den.\n2 The pea is in the pot.\n"
    "3 Where is the pea really?\tpot\t1\n"
)


def _write(folder, name, content):
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_fantom_sets(tmp_path):
    path = _write(tmp_path, "fantom_v1.json", [FANTOM])
    short = load["fantom"](path)
    assert [item.task for item in short] == ["belief", "answerability", "answerability"]
    assert short[1].question.startswith("Target: What is the dog called?")
    assert {item.group for item in short} == {"7-0-1"}
    full = load["fantom"](path, context="full")
    assert [item.answer for item in full] == ["Bob does not know.", "no", "yes", "no"]
    assert load["fantom"](path, scenario="accessible") == []


def test_hi_tom_keeps_one_prompting_type(tmp_path):
    items = load["hi_tom"](_write(tmp_path, "Hi-ToM_data.json", {"data": HITOM}))
    assert [item.task for item in items] == ["order 0", "order 1"]
    assert items[0].options == ("red_box", "blue_jar", "green_bag")


def test_tomi_stories(tmp_path):
    path = _write(tmp_path, "test.txt", TOMI)
    _write(tmp_path, "test.trace", "enter,first_order,true_belief\nenter,reality,true_belief\n")
    (item,) = load["tomi"](path)
    assert (item.answer, item.options, item.task) == ("box", ("box", "jar"), "first_order:true_belief")
    assert item.story.splitlines()[-1] == "Ann moved the fig to the jar."


def test_opentom_places(tmp_path):
    about = {"narrative": "A tale.", "plot_info": {"original_place": "bag", "move_to_place": "big_jar"}}
    _write(tmp_path, "meta_data.json", {"1": about})
    asked = [{"question": "Where does Ann think it is?", "answer": "Big jar", "type": "location-fo"}]
    _write(tmp_path, "location_fg_fo.json", {"1": asked})
    (item,) = load["opentom"](tmp_path)
    assert (item.answer, item.options, item.group) == ("big jar", ("bag", "big jar"), "1")


def test_sd3_and_roles(tmp_path):
    items = load["sd3"](_write(tmp_path, "sd3.csv", "axis,text,key\nN,You shine.,1\npsychopathy,You are meek.,-1\n"))
    assert [(item.axis, item.key) for item in items] == [("narcissism", 1), ("psychopathy", -1)]
    (role,) = load["persona_roles"](
        _write(tmp_path, "roles.jsonl", '{"role": "cook", "instructions": ["Cook.", "Fry."]}\n')
    )
    assert role.wordings == ("Cook.", "Fry.")
    assert len(role.opening("dialogue").transcript) == 2


@pytest.mark.parametrize(
    ("name", "file", "content", "message"),
    [
        ("gsm8k", "test.jsonl", '{"question": "q", "answer": "#### 1"}\n{"question": "q"}\n', "line 2: field 'answer'"),
        ("gsm8k", "test.jsonl", '{"question": "q", "answer": "no mark"}', "line 1: no final number"),
        ("gsm8k", "test.jsonl", "\n[1]\n", "line 2: expected an object"),
        ("svamp", "SVAMP.json", '[{"Body": "b", "Question": "q", "ID": "1", "Answer": "x"}]', "field 'Answer'"),
        ("svamp", "SVAMP.json", "{}", "expected a JSON list"),
        ("aqua", "test.json", '{"question": "q", "options": ["A)1", "2"], "correct": "A"}', "line 1: options"),
        ("aqua", "test.json", '{"question": "q", "options": ["A)1", "B)2"], "correct": "F"}', "field 'correct'"),
        ("bigtom", "bigtom.csv", "a;b\n", "line 1: 2 columns, expected 19"),
        ("bigtom", "bigtom.csv", ";".join(["One. Two."] * 19), "line 1: the story has 2 sentences"),
        ("tombench", "x.jsonl", '{"能力\\nABILITY": "B", "OPTION-A": "x"}', "line 1: field 'OPTION-B'"),
        ("fantom", "fantom_v1.json", [{k: v for k, v in FANTOM.items() if k != "beliefQAs"}], "1: field 'beliefQAs'"),
        ("hi_tom", "Hi-ToM_data.json", {"data": [HITOM[0] | {"answer": "cup"}]}, "entry 1: .*none of the options"),
        ("tomi", "test.txt", "Ann came.\n", "line 1: expected a numbered line"),
        ("tomi", "test.txt", "1 Where?\tbox\n", "line 1: a question without a story"),
        ("mpi", "mpi_120.csv", "label_raw,text,label_ocean,key\nx,Worry,Q,1\n", "line 2: axis 'Q'"),
        ("mpi", "mpi_120.csv", "text\n", "line 1: 1 columns"),
        ("sd3", "sd3.csv", "axis,text,key\nN,,1\n", "line 2: needs"),
        ("persona_roles", "roles.jsonl", '{"role": "r", "instructions": []}', "line 1: field 'instructions'"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path, name, file, content, message):
    with pytest.raises(ValueError, match=message):
        load[name](_write(tmp_path, file, content))


@pytest.mark.parametrize("name", load)
def test_a_missing_file_is_said_to_be_missing(tmp_path, name):
    with pytest.raises(FileNotFoundError):
        load[name](tmp_path / "nothing" / "here.json")


def test_fantom_all_of_a_set(tmp_path):
    """Three questions of one set: all right is 1, one of three wrong is 0 (the ALL score of FANToM)."""
    path = str(_write(tmp_path, "fantom_v1.json", [FANTOM]))
    items = {item.question: item for item in load["fantom"](path)}
    probe = PersonaTom(personas=("none",), data="fantom", path=path, answer="words")

    def policy(question, but=""):
        item = next(item for text, item in items.items() if text in question.transcript.turns[-1].text)
        return next(option for option in item.options if (option == item.answer) != (item.question == but))

    def whole(**slip):
        model = ScriptedModel(lambda question: policy(question, **slip), f"scripted:{slip}")
        return persona.sets(probes.run(probe, model))["value"].tolist()

    assert whole() == [1.0]
    assert [whole(but=name) for name in items] == [[0.0]] * 3
