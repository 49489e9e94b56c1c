"""Released multi-user scenarios: files of their shape are read, what is broken is named by line and field."""

from __future__ import annotations

import json

import pytest

from probes.instructions.muses import load


def user(name, authority, check="punctuation:no_comma", **other):
    answer = {"instruction_id_list": [check], "kwargs": [{}]}
    one = {"id": name, "role": "Lead", "authority": authority, "instructions": [f"Write to {name}."]}
    return one | {"goal": "", "xml_persona_entry": "", "original_answer": answer} | other


def scenario(mode="conflict", users=None, checks=("length_constraints:number_words",), **other):
    people = users or [user("Ira", 2), user("Oda", 7, "length_constraints:number_words")]
    truth = {"instruction_id_list": list(checks), "kwargs": [{} for _ in checks]}
    whole = {"id": "s1", "scenario": "MultiUserInstructionFollowing", "global_objective": "Move house"}
    whole |= {"users": people, "system_prompt": "Two people share you.", "iheval_ground_truth": truth}
    return whole | {"meta": {"mode": mode, "num_users": len(people)}} | other


def written(tmp_path, *entries, name="conflict_2_to_10.jsonl"):
    file = tmp_path / name
    file.write_text("\n".join(json.dumps(entry) for entry in entries) + "\n")
    return file


def test_scenarios_of_both_modes_are_read(tmp_path):
    both = ("punctuation:no_comma", "length_constraints:number_words")
    written(tmp_path, scenario(), name="conflict_2_to_10.jsonl")
    written(tmp_path, scenario("aligned", checks=both), name="aligned_2_to_10.jsonl")
    aligned, conflict = load(tmp_path)
    assert (aligned.mode, conflict.mode) == ("aligned", "conflict")
    assert [one.name for one in conflict.highest()] == ["Oda"]
    assert [name for name, _ in aligned.required] == list(both)
    assert conflict.users[0].instructions == ("Write to Ira.",)


def test_users_of_equal_authority_are_both_required(tmp_path):
    people = [user("Ira", 7), user("Oda", 7), user("Uwe", 1)]
    (one,) = load(written(tmp_path, scenario(users=people, checks=("punctuation:no_comma",) * 2)))
    assert [person.name for person in one.highest()] == ["Ira", "Oda"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (scenario("peace"), "line 2: mode 'peace' is not one of aligned, conflict"),
        (scenario(users=[user("Ira", "high")]), "line 2, users 1: field 'authority' must be int, found str"),
        (scenario(users=[user("Ira", True)]), "line 2, users 1: field 'authority' must be int, found bool"),
        (scenario(users=[user("Ira", 1), user("Ira", 2)]), "line 2: field 'users' .* different names"),
        (scenario(users=[user("Ira", 2, instructions=[])]), "line 2, users 1: field 'instructions'"),
        (scenario(checks=("punctuation:no_comma",)), "line 2: the checks required are not those of Oda"),
        (scenario(iheval_ground_truth={"instruction_id_list": ["a"], "kwargs": []}), "line 2, iheval_ground_truth: "),
        (scenario(system_prompt=3), "line 2: field 'system_prompt' must be str"),
        (scenario(meta=None), "line 2: field 'meta' must be dict"),
        ([], "line 2: expected an object, found list"),
    ],
)
def test_broken_lines_are_named(tmp_path, entry, message):
    with pytest.raises(ValueError, match=message):
        load(written(tmp_path, scenario(), entry))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no "):
        load(tmp_path)
