from __future__ import annotations

import json

import pytest

import probes
from probes import datasets
from probes.shared.conversations import KINDS, NEEDS, cases, chosen, conversations, from_messages
from probes.shared.conversations.turns import TYPES, turn_type


def test_there_are_enough_conversations_of_four_to_eight_rounds():
    found = conversations()
    assert len(found) >= 60
    assert all(4 <= len(item) <= 8 for item in found)
    assert len({item.id for item in found}) == len(found)
    assert {item.kind for item in found} == set(KINDS)
    assert min(sum(item.kind == kind for item in found) for kind in KINDS) >= 15


def test_at_least_half_can_be_checked_after_the_first_round():
    rounds = [item for found in conversations() for item in found.rounds[1:]]
    assert sum(bool(item.answers) for item in rounds) >= len(rounds) / 2
    checkable = [found for found in conversations() if any(item.answers for item in found.rounds[1:])]
    assert len(checkable) >= 35


@pytest.mark.parametrize("conversation", conversations(), ids=lambda item: item.id)
def test_a_conversation_is_what_its_kind_says(conversation):
    rounds = conversation.rounds
    assert all(item.type in TYPES and item.needs in NEEDS and item.user and item.assistant for item in rounds)
    assert (rounds[0].type, rounds[0].needs) == ("new_ask", "nothing")
    assert all((item.type == "new_ask") == (item.needs == "nothing") for item in rounds), "a new ask needs no past"
    later = [item.needs for item in rounds[1:]]
    if conversation.kind == "self_contained":
        assert set(later) == {"nothing"}
    if conversation.kind == "dependent":
        assert set(later) == {"assistant"}
    if conversation.kind == "planted":
        assert rounds[0].planted
        assert sum(item.planted for item in rounds[1:]) >= 2
        assert "assistant" not in later, "without the error in view the user's words must suffice"
    else:
        assert not any(item.planted for item in rounds)


def test_right_replies_are_accepted_and_planted_errors_are_not():
    for conversation in conversations():
        for item in conversation.rounds:
            if item.answers:
                assert item.answered(item.right), (conversation.id, item)
                assert item.answered(item.assistant) != item.planted, (conversation.id, item)


def test_an_answer_counts_as_a_whole_word_only():
    [item] = [item for found in conversations() for item in found.rounds if item.answers == ("n",)]
    assert item.answered("It is N.")
    assert not item.answered("nothing")


def test_an_answer_that_must_be_remembered_was_said_by_the_assistant_and_not_by_the_user():
    """Otherwise omitting the replies would cost nothing and the dependence would be a claim only."""
    remembered = 0
    for conversation in conversations(["dependent"]):
        for place, item in enumerate(conversation.rounds):
            users = " ".join(earlier.user for earlier in conversation.rounds[: place + 1])
            said = [earlier for earlier in conversation.rounds[:place] if item.answered(earlier.assistant)]
            remembered += bool(item.answers and said and not item.answered(users))
    assert remembered >= 30


def test_cases_are_enough_and_the_unrelated_message_shares_no_content_word_with_prompt_or_reply():
    found = cases()
    assert len(found) >= 30
    assert len({case.id for case in found}) == len(found)
    assert {case.tag for case in found} == {"constrain", "reinforce"}
    assert len({case.unrelated for case in found}) == len(found)

    def content(text):
        return {word.strip(".,?!:;'\"").casefold() for word in text.split() if len(word.strip(".,?!")) > 4}

    for case in found:
        assert not content(case.unrelated) & content(f"{case.prompt} {case.reply} {case.feedback}"), case.id


def test_before_ends_with_the_users_message_and_holds_the_logged_replies():
    conversation = conversations(["planted"])[0]
    transcript = conversation.before(3)
    assert [turn.role for turn in transcript] == ["user", "assistant", "user", "assistant", "user"]
    assert transcript.turns[1].text == conversation.rounds[0].assistant != conversation.rounds[0].right
    assert len(conversation.before(1)) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("What is the capital of Peru?", "new_ask"),
        ("No, that is wrong.", "feedback"),
        ("Thanks, that helps a lot.", "feedback"),
        ("Please make it shorter.", "feedback"),
        ("And the second one?", "no_feedback"),
        ("Why?", "no_feedback"),
        ("What colour is my boat?", "no_feedback"),
    ],
)
def test_turn_types_by_rule(text, kind):
    assert turn_type(text, before="I bought a red boat. A red boat is easy to see.") == kind
    assert turn_type(text) == "new_ask"


def test_rules_agree_with_the_authors_labels_more_often_than_not():
    """Agreement is a measured property of the rules: 0.82 when written; below 0.7 they would be no use."""
    pairs = [
        (item.type, turn_type(item.user, found.said(place)))
        for found in conversations()
        for place, item in enumerate(found.rounds, start=1)
        if place > 1
    ]
    assert sum(ours == rule for ours, rule in pairs) / len(pairs) > 0.7


def messages(*contents):
    return [{"role": ("user", "assistant")[k % 2], "content": text} for k, text in enumerate(contents)]


def test_messages_become_rounds():
    spoken = messages("Hello there, friend", "Hi", "Thanks!", "Bye", "left over")
    given = [{"role": "system", "content": "be kind"}, *spoken]
    found = from_messages("x", "mine", given)
    assert [(item.user, item.assistant, item.type) for item in found.rounds] == [
        ("Hello there, friend", "Hi", "new_ask"),
        ("Thanks!", "Bye", "feedback"),
    ]
    with pytest.raises(ValueError):
        from_messages("x", "mine", [*messages("a"), *messages("b")])


def test_sharelm_reads_a_list_and_lines_and_counts_what_it_cannot_read(tmp_path):
    good = {"conversation_id": "c1", "source": "s", "conversation": messages("a", "b", "c", "d")}
    bad = {"conversation_id": "c2", "conversation": [*messages("a"), *messages("b")]}
    (tmp_path / "list.json").write_text(json.dumps([good, bad]))
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps(item) for item in (good, bad)))
    for name in ("list.json", "lines.jsonl"):
        [found] = datasets["sharelm"](tmp_path / name)
        assert (found.id, found.kind, found.topic, len(found)) == ("c1", "sharelm", "s", 2)
        assert datasets["sharelm"](tmp_path / name, rounds=(3, 9)) == []
        assert datasets["sharelm"](tmp_path / name).left_out == {"whose roles do not alternate": 1}


def test_mt_bench_101_reads_histories_by_task(tmp_path):
    lines = [
        {"task": task, "id": number, "history": [{"user": "u1", "bot": "b1"}, {"user": "u2", "bot": "b2"}]}
        for number, task in enumerate(["CM", "SI", "CM"])
    ]
    path = tmp_path / "mtbench101.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    found = datasets["mt_bench_101"](path, tasks=("CM",))
    assert [item.id for item in found] == ["CM-0", "CM-2"]
    assert [item.assistant for item in found[0].rounds] == ["b1", "b2"]
    assert len(datasets["mt_bench_101"](tmp_path, limit=1)) == 1, "its folder is read too"


TALK = messages("Name a cat, please.", "Marmalade.", "And a dog?", "Rex.", "left over")
TREE = {"message_id": "r", "role": "prompter", "text": "Name a cat, please.", "lang": "en", "replies": [
    {"message_id": "1", "role": "assistant", "text": "Marmalade.", "rank": 0, "replies": [
        {"message_id": "2", "role": "prompter", "text": "And a dog?", "replies": [
            {"message_id": "3", "role": "assistant", "text": "Rex.", "rank": 0, "replies": []}]}]}]}  # fmt: skip
PUBLISHED = {
    "wildchat": {"conversation_hash": "x", "language": "English", "toxic": False, "conversation": TALK},
    "sharelm": {"conversation_id": "x", "conversation": TALK},
    "messages_jsonl": {"id": "x", "messages": TALK},
    "oasst": {"prompt": TREE},
    "mt_bench_101": {"task": "CM", "id": 1, "history": [{"user": TALK[0]["content"], "bot": TALK[1]["content"]},
                                                        {"user": TALK[2]["content"], "bot": TALK[3]["content"]}]},
}  # fmt: skip


@pytest.mark.parametrize("importer", PUBLISHED)
def test_every_importer_gives_conversations_that_can_be_contrasted(importer, tmp_path, tiny):
    """Shapes as published; what is left over after the last reply is dropped."""
    (tmp_path / "data.jsonl").write_text(json.dumps(PUBLISHED[importer]))
    data = f"{importer}:{tmp_path / 'data.jsonl'}"
    [found] = chosen(data=data)
    assert [(item.user, item.assistant) for item in found.rounds] == [
        ("Name a cat, please.", "Marmalade."),
        ("And a dog?", "Rex."),
    ]
    table = probes.run(probes.suite["own_words"](data=data), tiny)
    assert set(table["conversation"]) == {found.id}
    assert table["value"].notna().all()


def test_questions_without_replies_are_no_conversations(tmp_path):
    (tmp_path / "data.jsonl").write_text(json.dumps({"id": "x", "messages": messages("Name a cat, please.")}))
    with pytest.raises(ValueError, match="none of the 1 items"):
        chosen(data=f"messages_jsonl:{tmp_path / 'data.jsonl'}")
