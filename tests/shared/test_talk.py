"""A conversation held by hand: who speaks, what the model is asked, what is kept, and the buttons."""

from __future__ import annotations

import pytest

import probes
from analysis import show
from analysis.report import records


class Echo(probes.ScriptedModel):
    """Says back the last turn, who it is and whose turn it writes; counts what it is asked."""

    def __init__(self):
        def policy(question):
            turns = list(question.transcript)
            who = "as persona" if turns[0].role == "system" else "alone"
            return f"{question.role} {who} after {len(turns)} turns: {turns[-1].text}"

        super().__init__(policy, "echo")
        self.asked = 0

    def reply(self, questions, progress=None):
        self.asked += len(questions)
        return super().reply(questions, progress)


def test_either_seat_is_written_by_hand_or_by_the_model(tmp_path):
    talk = probes.Talk(Echo(), tmp_path).say("Hello").write().write().say("Well.")
    assert [role for role, _ in talk.turns] == ["user", "assistant", "user", "assistant"]
    assert talk.turns[1][1] == "assistant alone after 1 turns: Hello"
    assert talk.turns[2][1].startswith("user alone after 2 turns: assistant alone")
    assert talk.written == [1, 2]
    assert talk.next == "user"


def test_a_persona_is_that_of_the_turn_and_earlier_turns_stay_what_they_were(tmp_path):
    model = Echo()
    talk = probes.Talk(model, tmp_path).say("Hello").write()
    before = talk.turns[1]
    talk.say("Again.").write("agreeableness_high")
    assert talk.turns[1] == before
    assert talk.turns[3][1].startswith("assistant as persona after 4 turns")
    assert model.asked == 2, "earlier turns are not asked again"


def test_what_is_taken_back_can_be_written_again_by_another_seed(tmp_path):
    model = Echo()
    talk = probes.Talk(model, tmp_path).say("Hello").write().undo()
    assert talk.turns == [("user", "Hello")]
    talk.write()
    assert model.asked == 1, "the same seed has its reply in the records"
    talk.undo().write(seed=9)
    assert model.asked == 2
    assert len(records.trials(tmp_path, "Held")) == 1


@pytest.mark.parametrize("wrong", [lambda talk: talk.say("  "), lambda talk: talk.write("nobody_knows")])
def test_a_refusal_leaves_the_conversation_as_it_was(wrong, tmp_path):
    talk = probes.Talk(Echo(), tmp_path).say("Hello")
    with pytest.raises((ValueError, KeyError)):
        wrong(talk)
    assert talk.turns == [("user", "Hello")]


def test_a_model_that_writes_nothing_leaves_dots(tmp_path):
    talk = probes.Talk(probes.ScriptedModel(lambda question: "  "), tmp_path).say("Hello").write()
    assert talk.turns[1] == ("assistant", "...")


def test_buttons_hold_the_conversation_and_hostile_text_stays_text(tmp_path):
    talk = probes.Talk(Echo(), tmp_path)
    live = show.talk(talk)
    page, field, buttons, note = live.widget.children
    say, write, back, persona = buttons.children
    field.value = "<script>alert(1)</script>"
    say.click()
    write.click()
    assert "<script>alert" not in page.value.partition("</style>")[2]
    assert page.value.count("&lt;script&gt;") >= 2
    assert "written by the model" in page.value
    assert field.value == note.value == ""
    field.value = "   "
    say.click()
    assert "needs a text" in note.value
    back.click()
    assert len(talk.turns) == 1
    persona.value = "agreeableness_high"
    write.click()
    assert "as persona" in page.value
    assert "&lt;script&gt;" in show.talk(talk).still.html
