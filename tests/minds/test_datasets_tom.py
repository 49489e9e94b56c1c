from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import probes
from analysis import minds
from probes import ScriptedModel
from probes.core.design import arms
from probes.minds.suite.persona_tom import PersonaTom
from probes.shared.datasets._items import Item

DATA = Path(__file__).parents[2] / "../shared/data"
real = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder beside the checkout is absent"),
]
NAMES = [
    "aqua",
    "bigtom",
    "fantom",
    "gsm8k",
    "hi_tom",
    "model_written_personas",
    "mpi",
    "opentom",
    "persona_roles",
    "sd3",
    "svamp",
    "tombench",
]
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
        real_data("mpi", "mpi/mpi_1k.csv", 988),
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
        "prompting_type": kind, "deception": False, "story_length": 1, "question_order": order, "sample_id": sample,
        "story": "1 Ann entered the hall.\n2 The fig is in the red_box.", "question": "Where is the fig really?",
        "choices": "A. red_box, B. blue_jar, C. green_bag", "answer": "red_box",
    }
    for kind in ("MC", "CoTP") for order in (0, 1) for sample in (4 + order,)
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
    assert {item.linked for item in short} == {"7-0-1"}
    full = load["fantom"](path, context="full")
    assert {item.group for item in full} == {item.group for item in short}, "one conversation, one unit"
    assert [item.answer for item in full] == ["Bob does not know.", "no", "yes", "no"]
    assert load["fantom"](path, scenario="accessible") == []
    same = FANTOM | {"beliefQAs": [FANTOM["beliefQAs"][0] | {"wrong_answer": "Bob does not know."}]}
    loaded = load["fantom"](_write(tmp_path, "same.json", [same]))
    assert [item.task for item in loaded] == ["answerability", "answerability"]
    assert loaded.left_out == {"belief questions whose two answers are the same": 1}


def test_hi_tom_groups_by_story_and_keeps_one_prompting_type(tmp_path):
    places = [
        f"{colour}_{thing}" for colour in ("red", "blue", "green") for thing in ("box", "jar", "bag", "pot", "cup")
    ]
    choices = ", ".join(f"{letter}. {place}" for letter, place in zip("ABCDEFGHIJKLMNO", places, strict=True))
    fifteen = HITOM[0] | {"choices": choices, "answer": "green_cup", "story": "1 Bob entered the den.\n"}
    items = load["hi_tom"](_write(tmp_path, "Hi-ToM_data.json", {"data": [*HITOM, fifteen]}))
    assert [item.task for item in items] == ["order 0", "order 1", "order 0"]
    assert items[0].options == ("red_box", "blue_jar", "green_bag")
    assert items[0].group == items[1].group != items[2].group, "sample_id numbers questions, not stories"
    assert items.left_out == {"asked already under another prompting type": 2}
    assert items[2].options == tuple(places)
    assert [arm.label(items[2].answer) for arm in arms(items[2].options)] == [*"ONMLKJIHGFEDCBA"]
    assert items[2].chance == pytest.approx(1 / 15)


def test_tomi_stories(tmp_path):
    """As generated: a story is printed again for each of its questions, which lie in one unit."""
    again = TOMI.partition("\n1 Ann entered the den")[0].replace("Where will Bob", "Where does Ann think that Bob")
    path = _write(tmp_path, "fb_all_test.txt", f"\ufeff{TOMI}{again}\n")
    lines = ("enter,first_order,true_belief", "enter,reality,true_belief", "enter,second_order,true_belief")
    _write(tmp_path, "fb_all_test.trace", "\n".join(lines))
    first, second = items = load["tomi"](tmp_path)
    assert (first.answer, first.options, first.task) == ("box", ("box", "jar"), "first_order:true_belief")
    assert second.task == "second_order:true_belief"
    assert first.group == second.group
    assert first.story.splitlines()[-1] == "Ann moved the fig to the jar."
    assert items.left_out == {"questions on a story with one place": 1}
    assert path.name == "fb_all_test.txt"


OPENTOM = {
    "narrative": "A tale.", "plot_info": {"original_place": "bag", "move_to_place": "big_jar"}, "plot": "Ann left."
}  # fmt: skip
OPENTOM_ASKED = {
    "location_cg_fo": ("Does Ann think that the fig is in its initial location?", "Yes", "location-fo"),
    "location_fg_fo_new": ("Where does Ann think the fig is?", "Big jar", "location-fo"),
    "multihop_fo": ("How does the bag's fullness change?", "less full", "multihop-fo"),
    "attitude": ("What is Ann's attitude?", "negative", "attitude"),
}


@pytest.mark.parametrize("form", ["folder", "file"])
def test_opentom_offers_possible_answers(tmp_path, form):
    """Both releases: a folder of genres joined by key, and one list of questions."""
    asked = {name: dict(zip(("question", "answer", "type"), qa, strict=True)) for name, qa in OPENTOM_ASKED.items()}
    if form == "folder":
        _write(tmp_path, "meta_data.json", {"1": OPENTOM})
        for name, question in asked.items():
            _write(tmp_path, f"{name}.json", {"1": [question]})
    else:
        _write(tmp_path, "opentom.json", [OPENTOM | {"question": question} for question in asked.values()])
    genres = ("location_cg_fo", "location_fg_fo", "multihop_fo", "attitude")
    items = load["opentom"](tmp_path, genres=genres)
    assert [item.options for item in items] == [
        ("no", "yes"), ("bag", "big jar"), ("equally full", "less full", "more full"),
        ("negative", "neutral", "positive"),
    ]  # fmt: skip
    assert [item.answer for item in items] == ["yes", "big jar", "less full", "negative"]
    assert len({item.group for item in items}) == 1
    assert [item.answer for item in load["opentom"](tmp_path)] == ["big jar"]


BIGTOM = [
    "Noor is at work. She has a cup. The cup is red. Noor believes that the cup is full. The cup is emptied.",
    "Noor sees it.", "Noor does not see it.", "Noor wants tea.", "x", "Does Noor believe that it is full?", "x",
    "What will Noor do?", "It is empty.", "x", "She fills it.", "It is full.", "x", "She drinks.", "A bell rings.",
    "Noor hears it.", "Noor does not hear it.", "x", "x",
]  # fmt: skip
TOMBENCH = {"能力\nABILITY": "Belief: x", "STORY": "Ann  hid it.", "QUESTION": "Where?", "OPTION-A": "A. here",
            "OPTION-B": "B. there", "答案\nANSWER": "A"}  # fmt: skip
# Of each set a file in its released shape in which two entries tell one story and a third tells another: file, the
# entries, and what the third one says instead.
TOLD = {
    "bigtom": ("bigtom.csv", [BIGTOM] * 2, {0: BIGTOM[0].replace("red", "blue")}),
    "fantom": ("fantom_v1.json", [FANTOM, FANTOM | {"set_id": "7-0-2"}],
               {"full_context": "Cid: Hello.", "short_context": "Cid: Hi."}),
    "hi_tom": ("Hi-ToM_data.json", [HITOM[0], HITOM[1] | {"sample_id": 9}], {"story": "1 Bob came."}),
    "opentom": (
        "opentom.json",
        [OPENTOM | {"question": dict(zip(("question", "answer", "type"), asked, strict=True))}
         for asked in (OPENTOM_ASKED["location_fg_fo_new"], ("Where is the fig to Bob?", "Bag", "location-fo"))],
        {"narrative": "Another tale."},
    ),
    "tombench": ("Task.jsonl", [TOMBENCH, TOMBENCH | {"STORY": "Ann hid it. "}], {"STORY": "Bob hid it."}),
    "tomi": ("test.txt", [TOMI.partition("\n1 Ann entered the den")[0]] * 2, {"Ann": "Cid"}),
}  # fmt: skip


def released(folder, name):
    """The file of a set: its two entries on one story and one on another."""
    file, entries, other = TOLD[name]
    entries = [*entries, another(entries[0], other)]
    wrapped = {"data": entries} if name == "hi_tom" else entries
    joined = {"bigtom": [";".join(cells) for cells in entries if name == "bigtom"], "tomi": entries}
    lines = joined.get(name) or [json.dumps(entry) for entry in entries]
    return _write(folder, file, wrapped if file.endswith(".json") else "\n".join(lines))


def another(entry, other):
    if isinstance(entry, dict):
        return entry | other
    if isinstance(entry, list):
        return [other.get(place, cell) for place, cell in enumerate(entry)]
    return entry.replace(*next(iter(other.items())))


@pytest.mark.parametrize("name", TOLD)
def test_equal_stories_are_one_unit_and_different_ones_two(tmp_path, name):
    """Whatever the file calls them: entries 1 and 2 tell one story (BigToM: one template), entry 3 another."""
    items = load[name](released(tmp_path, name))
    units = {item.group for item in items}
    assert len(units) == 2
    assert all(len({item.group for item in items if item.story == story}) == 1 for story in {i.story for i in items})
    assert len([item for item in items if item.group == items[0].group]) >= 2


def test_every_importer_whose_unit_is_a_story_is_held_to_it():
    """A new set of stories must come with its file in the test above."""
    tellers = {
        name
        for name in probes.datasets
        for unit in [__import__(f"probes.shared.datasets.{name}", fromlist=["load"]).GROUP]
        if unit.startswith(("story", "narrative", "template")) or name == "fantom"
    }
    assert tellers == set(TOLD)


@pytest.mark.parametrize("path", [real_data(DATA)])
def test_units_of_the_public_files_are_their_stories(path):
    """BigToM has 200 templates (its article); in ToMBench there are as many units as stories, blanks made one."""
    assert len({item.group for item in load["bigtom"](path / "bigtom")}) == 200
    items = load["tombench"](path / "tombench")
    stories = {" ".join(item.story.split()) for item in items}
    assert len({item.group for item in items}) == len(stories) < len(items)
    assert len({(item.group, " ".join(item.story.split())) for item in items}) == len(stories)


def test_mpi_1k_as_released(tmp_path):
    """The long form has one item whose key is 0: skipped and counted, not a refusal of the other 989."""
    rows = "".join(f"x,Worry about thing {k},N,{(1, -1)[k % 2]}\n" for k in range(99)) + "x,Dream,O,0\n"
    with pytest.warns(UserWarning, match="1 of 100 records skipped, the first: mpi_1k.csv, line 101"):
        items = load["mpi"](_write(tmp_path, "mpi_1k.csv", f"label_raw,text,label_ocean,key\n{rows}"))
    assert len(items) == 99
    assert (items[0].text, items[0].axis, items[1].key) == ("You worry about thing 0.", "neuroticism", -1)


def test_sd3_from_a_table_and_from_its_codebook(tmp_path):
    items = load["sd3"](_write(tmp_path, "sd3.csv", "axis,text,key\nN,You shine.,1\npsychopathy,You are meek.,-1\n"))
    assert [(item.axis, item.key) for item in items] == [("narcissism", 1), ("psychopathy", -1)]
    book = 'This data was collected online.\n\nM1\tI plan.\nN2\tI hide.\nP2\tI wait.\nP3 "I act."\n'
    items = load["sd3"](_write(tmp_path, "codebook.txt", book))
    assert [(item.name, item.text, item.key) for item in items] == [
        ("sd3-M1", "I plan.", 1), ("sd3-N2", "I hide.", -1), ("sd3-P2", "I wait.", -1), ("sd3-P3", "I act.", 1),
    ]  # fmt: skip
    assert items.left_out == {"lines that are no item": 1}


def test_roles_as_joined_and_as_released(tmp_path):
    (role,) = load["persona_roles"](
        _write(tmp_path, "roles.jsonl", '{"role": "cook", "instructions": ["Cook.", "Fry."]}\n')
    )
    assert role.wordings == ("Cook.", "Fry.")
    assert len(role.opening("dialogue").transcript) == 2
    folder = tmp_path / "instructions"
    folder.mkdir()
    for name in ("baker", "cook"):
        content = {
            "instruction": [{"pos": f"Be a {name}."}, {"pos": "Work."}],
            "questions": ["How?"],
            "eval_prompt": "x",
        }
        (folder / f"{name}.json").write_text(json.dumps(content, indent=4))
    both = load["persona_roles"](folder)
    assert [(role.name, role.wordings) for role in both] == [
        ("baker", ("Be a baker.", "Work.")), ("cook", ("Be a cook.", "Work.")),
    ]  # fmt: skip
    assert [role.name for role in load["persona_roles"](folder, roles=("cook",))] == ["cook"]
    with pytest.raises(ValueError, match="no role 'smith'"):
        load["persona_roles"](folder, roles=("smith",))


def test_model_written_personas(tmp_path):
    line = {"question": "Is the following...", "statement": "I share.", "label_confidence": 0.9,
            "answer_matching_behavior": " Yes", "answer_not_matching_behavior": " No"}  # fmt: skip
    other = line | {"statement": "I grab.", "answer_matching_behavior": " No", "label_confidence": 0.6}
    file = _write(tmp_path, "agreeableness.jsonl", "\n".join(map(json.dumps, (line, other))))
    items = load["model_written_personas"](file)
    assert [(item.answer, item.options, item.task) for item in items] == [
        ("Yes", ("Yes", "No"), "agreeableness"), ("No", ("Yes", "No"), "agreeableness"),
    ]  # fmt: skip
    assert "I grab." in items[1].question
    assert len(load["model_written_personas"](file, confident=0.8)) == 1


@pytest.mark.parametrize(
    ("name", "file", "content", "message"),
    [
        ("gsm8k", "test.jsonl", '{"question": "q", "answer": "#### 1"}\n{"question": "q"}\n', "line 2: field 'answer'"),
        ("gsm8k", "test.jsonl", '{"question": "q", "answer": "no mark"}', "line 1: no final number"),
        ("gsm8k", "test.jsonl", "\n[1]\n", "line 2: expected an object"),
        ("svamp", "SVAMP.json", '[{"Body": "b", "Question": "q", "ID": "1", "Answer": "x"}]', "field 'Answer'"),
        ("svamp", "SVAMP.json", "{}", "line 1: field 'Body'"),
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
        ("mpi", "mpi_120.csv", "text\nx\n", "line 2: field 'label_ocean'"),
        ("mpi", "mpi_120.csv", "text\n", "no records"),
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
        return minds.sets(probes.run(probe, model))["value"].tolist()

    assert whole() == [1.0]
    assert [whole(but=name) for name in items] == [[0.0]] * 3


def test_imported_sets_have_the_null_of_their_items(tmp_path):
    """Fifteen options: chance is 1/15, the gate says so, and a model that guesses passes no test against one half."""
    from analysis.minds.findings import claims

    places = [f"place_{letter}" for letter in "abcdefghijklmno"]
    choices = ", ".join(f"{letter}. {place}" for letter, place in zip("ABCDEFGHIJKLMNO", places, strict=True))
    entries = [
        HITOM[0]
        | {"choices": choices, "answer": places[k % 15], "story": f"{k} people came.", "question": f"Where is {k}?"}
        for k in range(45)
    ]
    path = str(_write(tmp_path, "Hi-ToM_data.json", {"data": entries}))
    probe = PersonaTom(personas=("none", "nurse"), wordings=1, data="hi_tom", path=path, answer="letters", scenes=45)
    right = {entry["question"]: entry["answer"] for entry in entries}

    def knows(question):  # the right answer in one story of three
        text = question.transcript.turns[-1].text
        asked = next(name for name in right if f"Question: {name}\n" in text)
        return right[asked] if int(asked.split()[-1][:-1]) % 3 == 0 else places[0]

    table = probes.run(probe, ScriptedModel(knows, "scripted:third"))
    assert set(table["choices"]) == {15}
    reading = next(claim for claim in claims(table) if "follow the stories" in claim.question)
    assert reading.null == pytest.approx(1 / 15)
    assert reading.estimate.value == pytest.approx(1 / 3, abs=0.05)
    assert reading.verdict == "above"
    gate = next(gate for claim in claims(table) for gate in claim.gates if gate.name == "story comprehension")
    assert gate.passed
    assert "exceed the 7 % of chance" in gate.why
    assert minds.strategies(table).empty, "imported items bring no ledger"
