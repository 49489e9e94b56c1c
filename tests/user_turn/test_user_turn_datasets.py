"""Importers on small files of each published form, and on the public data where they lie beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import probes
from probes.shared.turns.rules import classify
from probes.user_turn.instructions import followed
from probes.user_turn.sources import contexts, spread

DATA = Path(__file__).parents[2] / "../shared/data"
beside = pytest.mark.skipif(not DATA.is_dir(), reason="the public data folder is not beside this checkout")


def written(folder: Path, name: str, rows: list) -> Path:
    path = folder / name
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_oasst_trees_and_flat_messages_give_the_same_best_path(tmp_path):
    good = {"message_id": "b", "parent_id": "a", "role": "assistant", "text": "Best.", "rank": 0, "replies": []}
    bad = {"message_id": "c", "parent_id": "a", "role": "assistant", "text": "Worse.", "rank": 1, "replies": []}
    root = {"message_id": "a", "parent_id": None, "role": "prompter", "text": "Hi?", "lang": "en"}
    trees = written(tmp_path, "trees.jsonl", [{"prompt": root | {"replies": [bad, good]}}])
    flat = written(tmp_path, "flat.jsonl", [root, bad, good])
    first, second = (probes.datasets["oasst"](path) for path in (trees, flat))
    assert first == second
    assert first[0].turns == ("Hi?", "Best.")


def test_oasst_nested_replies_of_a_root_message_are_the_tree(tmp_path):
    """Trees without the envelope `prompt`: the root message itself holds its replies, to any depth."""
    deep = {"message_id": "d", "role": "assistant", "text": "Four.", "rank": 0, "replies": []}
    for name, role, text in (("c", "prompter", "Three?"), ("b", "assistant", "Two.")):
        deep = {"message_id": name, "role": role, "text": text, "rank": 0, "replies": [deep]}
    root = {"message_id": "a", "parent_id": None, "role": "prompter", "text": "One?", "lang": "en", "replies": [deep]}
    (one,) = probes.datasets["oasst"](written(tmp_path, "trees.jsonl", [root]))
    assert one.turns == ("One?", "Two.", "Three?", "Four.")


def test_content_parts_and_developer_turns_are_read_and_the_rest_is_counted(tmp_path):
    """The messages of OpenAI's interface; USP puts the list of messages itself on the line."""
    parts = [{"type": "text", "text": "What is"}, {"type": "image_url", "image_url": {"url": "x"}},
             {"type": "text", "text": "this?"}]  # fmt: skip
    messages = [{"role": "developer", "content": "Be brief."}, {"role": "user", "content": parts},
                {"role": "assistant", "content": "A cat."}, {"role": "tool", "content": "x"},
                {"role": "user", "content": "Thanks."}]  # fmt: skip
    found = probes.datasets["messages_jsonl"](written(tmp_path, "m.jsonl", [{"messages": messages}, messages]))
    for one in found:
        assert (one.system, one.turns) == ("Be brief.", ("What is\nthis?", "A cat."))
    assert found.left_out == {
        "content parts that are not text": 2, "messages after one that breaks the alternation": 4,
    }  # fmt: skip
    assert found.notice == (
        "left out of 2 records: 4 messages after one that breaks the alternation, 2 content parts that are not text"
    )


def test_synthetic_persona_chat(tmp_path):
    talk = "User 1: Hi!\nUser 2: Hello.\nUser 2: How are you?\nUser 1: Fine,\nthanks."
    head = '"user 1 personas","user 2 personas","Best Generated Conversation"\n'
    (tmp_path / "Synthetic-Persona-Chat_test.csv").write_text(f'{head}"I sew.\nI run.","I swim.","{talk}"\n')
    (one,) = probes.datasets["synthetic_persona_chat"](tmp_path, persona=1)
    assert one.turns == ("Hi!", "Hello.\nHow are you?", "Fine,\nthanks.")
    assert one.system == "I sew.\nI run."
    assert probes.datasets["synthetic_persona_chat"](tmp_path)[0].system == ""


def test_wildchat_leaves_out_other_languages_and_toxic_ones(tmp_path):
    said = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    rows = [
        {"conversation_hash": "1", "language": "English", "toxic": False, "model": "m", "conversation": said},
        {"conversation_hash": "2", "language": "English", "toxic": True, "model": "m", "conversation": said},
        {"conversation_hash": "3", "language": "French", "toxic": False, "model": "m", "conversation": said},
    ]
    path = written(tmp_path, "w.jsonl", rows)
    assert [one.id for one in probes.datasets["wildchat"](path)] == ["wildchat-1"]
    assert len(probes.datasets["wildchat"](path, language="", toxic=True)) == 3


def test_messages_in_three_spellings_are_one(tmp_path):
    plain = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    rows = [
        {"id": "1", "messages": [{"role": "system", "content": "s"}, *plain]},
        {"id": "2", "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]},
        {"id": "3", "turns": ["q", "a"]},
        {"id": "4", "messages": [{"role": "assistant", "content": "begins with the assistant"}]},
    ]
    found = probes.datasets["messages_jsonl"](written(tmp_path, "m.jsonl", rows))
    assert [one.turns for one in found] == [("q", "a")] * 3
    assert found[0].system == "s"


def test_a_file_without_conversations_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no conversation"):
        probes.datasets["messages_jsonl"](written(tmp_path, "m.jsonl", [{"text": "x"}]))


@pytest.mark.parametrize(
    ("instruction", "given", "good", "bad"),
    [
        ("punctuation:no_comma", {}, "one two", "one, two"),
        ("change_case:english_lowercase", {}, "abc", "Abc"),
        ("keywords:frequency", {"relation": "at least", "keyword": "sea", "frequency": 2}, "sea sea", "sea"),
        ("keywords:forbidden_words", {"forbidden_words": ["rock"]}, "rocket", "a rock"),
        ("length_constraints:number_words", {"relation": "less than", "num_words": 3}, "a b", "a b c"),
        ("length_constraints:number_sentences", {"relation": "at least", "num_sentences": 2}, "A. B.", "A b."),
        ("detectable_format:title", {}, "<<x>> y", "<x> y"),
        ("detectable_format:json_format", {}, '```json\n{"a": 1}\n```', "a: 1"),
        ("detectable_format:number_bullet_lists", {"num_bullets": 2}, "* a\n* b", "* a"),
        ("startend:quotation", {}, '"x"', "x"),
        ("combination:two_responses", {}, "a******b", "a"),
        ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[a] [b]", "[a]"),
    ],
)
def test_instruction_checks(instruction, given, good, bad):
    assert followed(good, [(instruction, given)]) == 1.0
    assert followed(bad, [(instruction, given)]) == 0.0


def test_an_instruction_nobody_can_check_is_unscored_unless_another_is_broken():
    language = ("language:response_language", {"language": "kn"})
    assert followed("x", [language]) == "unscored"
    assert followed("a, b", [language, ("punctuation:no_comma", {})]) == 0.0


def test_spread_never_returns_the_context_itself_or_twice_the_same():
    known = contexts()
    for place in (0, 60, len(known) - 1):
        others = spread(known, known[place], place, 8)
        assert len({one.id for one in others}) == 8
        assert known[place] not in others


@beside
@pytest.mark.real_data
@pytest.mark.parametrize(("dataset", "many"), [("gsm8k", 1319), ("ifeval", 541), ("mt_bench", 80)])
def test_public_data_become_contexts(dataset, many):
    found = contexts(dataset, str(DATA / dataset))
    assert len(found) == many
    assert len({one.id for one in found}) == many
    if dataset == "mt_bench":
        assert all(one.turns[2] for one in found)
    else:
        assert all(one.check for one in found)


@beside
@pytest.mark.real_data
def test_restated_real_queries_are_recognised():
    """Verbatim, with a polite beginning, and cut to four fifths: at least 95 % each (the figure to reach)."""
    found = contexts("mt_bench", str(DATA / "mt_bench"))
    ways = (
        lambda query: query,
        lambda query: f"Could you please {query[0].lower()}{query[1:]}",
        lambda query: " ".join(query.split()[: max(6, int(0.8 * len(query.split())))]),
    )
    for way in ways:
        read = [classify(way(one.query()), one.query(), one.given()) for one in found]
        assert read.count("restatement") / len(read) >= 0.95


@beside
@pytest.mark.real_data
def test_real_next_turns_are_seldom_taken_for_anything_but_reactions():
    found = contexts("mt_bench", str(DATA / "mt_bench"))
    read = [classify(one.turns[2], one.query(), one.given()) for one in found]
    assert read.count("follow_up") / len(read) >= 0.7
    assert read.count("restatement") + read.count("carry_on") <= 4


SPOKEN = [("supporter", "Hello, what brings you here?"), ("seeker", "My job."), ("seeker", "I may lose it."),
          ("supporter", "Since when?"), ("seeker", "May.")]  # fmt: skip


@pytest.mark.parametrize("form", ["repository", "hub"])
def test_esconv_of_the_repository_and_of_the_hub_are_one(form, tmp_path):
    """What the supporter says before anybody asked is left out and counted; turns in a row are one."""
    about = {"experience_type": "Current Experience", "problem_type": "job crisis", "situation": "s"}
    if form == "repository":
        dialog = [{"speaker": who, "annotation": {}, "content": f"{text}\n"} for who, text in SPOKEN]
        path = tmp_path / "ESConv.json"
        path.write_text(json.dumps([about | {"dialog": dialog}]))
    else:
        hub = {"seeker": "usr", "supporter": "sys"}
        dialog = [{"speaker": hub[who], "text": text} for who, text in SPOKEN]
        path = written(tmp_path, "train.jsonl", [{"text": json.dumps(about | {"dialog": dialog})}])
    found = probes.datasets["esconv"](path)
    assert found[0].turns == ("My job.\nI may lose it.", "Since when?", "May.")
    assert found[0].domain == "job crisis"
    assert found.left_out == {"turns before the user's first": 1}


def test_an_unknown_speaker_of_esconv_is_named_with_its_line(tmp_path):
    path = tmp_path / "ESConv.json"
    path.write_text(json.dumps([{"problem_type": "x", "dialog": [{"speaker": "bot", "content": "Hi"}]}]))
    with pytest.raises(ValueError, match=r"ESConv.json, entry 1, dialog 1: speaker 'bot' is none of"):
        probes.datasets["esconv"](path)


def test_persuasion_for_good_gives_a_conversation_for_its_rows_with_either_person_as_the_user(tmp_path):
    path = tmp_path / "full_dialog.csv"
    rows = [",Unit,Turn,B4,B2", "0,Good morning.,0,0,a", "1,Hello.,0,1,a", '2,"Do you give, ever?",1,0,a',
            "3,Rarely.,1,1,a", "4,Hi,0,0,b"]  # fmt: skip
    path.write_text("\n".join(rows))
    asked = probes.datasets["persuasion_for_good"](path)
    assert [one.turns for one in asked] == [("Hello.", "Do you give, ever?", "Rarely.")]
    assert asked.left_out == {"turns before the user's first": 2, "without a turn of the user": 1}
    asking = probes.datasets["persuasion_for_good"](path, user="persuader")
    assert [len(one.turns) for one in asking] == [4, 1]
    assert len(probes.datasets["persuasion_for_good"](path, user="persuader", limit=2)) == 2
    with pytest.raises(ValueError, match="user is persuader or persuadee"):
        probes.datasets["persuasion_for_good"](path, user="charity")
