"""Replies to six reasoning tasks in the manner of four methods, written after the shapes that models use.

A frame is one way to reply; it is filled with each task's own working, its answer, and the answer as a person would
write it. What comes out is one form: (method, pass, task, form of the answer, text, the answer that it gives).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """`work` leads up to the answer without giving it; `ways` are its spellings, the plainest first."""

    name: str
    form: str
    answer: str
    work: str
    ways: tuple[str, ...]
    options: tuple[str, ...] = ()


TASKS = (
    Task("arithmetic", "number", "1218", "A baker has 203 boxes with 6 rolls in each.",
         ("1218", "1,218", "1218 rolls", "**1,218**", "$1218", "203 * 6 = 1218", "\\(1{,}218\\)", "1218.0")),
    Task("word_problem", "number", "18", "She sells 16 - 3 - 4 = 9 eggs at 2 coins each.",
         ("18", "18 coins", "$18.00", "9 * 2 = 18", "**18**", "`18`", "18 (9 times 2)", "eighteen")),
    Task("coin_flip", "yes_no", "no", "The coin is turned by Ada, by Cleo and by Dan, and by no one else.",
         ("no", "No", "**No**", '"no"', "No, it does not", "NO", "no, the coin lies tails up", "(no)")),
    Task("dates", "date", "03/05/2021", "Today is 02/26/2021 and one week is 7 days.",
         ("03/05/2021", "3/5/2021", "March 5, 2021", "2021-03-05", "**03/05/2021**", "5 March 2021",
          "March 5th, 2021", "the 5th of March 2021")),
    Task("last_letters", "letters", "anaa", "The last letters of the words are taken one after another.",
         ("anaa", '"anaa"', "a, n, a, a", "a-n-a-a", "**anaa**", "A N A A", "\u201canaa\u201d", "'anaa'")),
    Task("tracking", "choice", "B", "Ada swaps with Ben, and then Ben swaps with Cleo.",
         ("B", "(B)", "B) the kite", "option B", "**B**", "(b)", "(B) the kite", "the kite"),
         ("the ball", "the kite", "the drum")),
)  # fmt: skip

# The first pass reasons and says what it has found; {w} is the working, {0} and so on a way to write the answer.
FIRST = {
    "zero_shot": (
        "The answer is {0}.",
        "Answer: {1}",
        "{w} The answer is {2}.",
        "The final answer is {3}.",
        "The correct answer is {4}.",
        "The answer to the question is {5}.",
        "{w}\n\n**Answer:** {6}",
        "My answer would be {7}.",
    ),
    "step_by_step": (
        "Step 1: {w}\nStep 2: Put it together.\nTherefore, the answer is {0}.",
        "First, look at what is told. {w} So the final answer is {1}.",
        "1. {w}\n2. That is all.\n\nThe answer is:\n\n{2}",
        "{w} Thus, the answer is: {3}",
        "{w} At first I thought that the answer is unclear. Now I see that the correct answer is {4}.",
        "Let us see. {w}\n#### {5}",
        "{w}\n\n## Answer\n{6}",
        "{w} Hence the answer we are looking for is {7}.",
    ),
    "role_play": (
        "Well, dear student, {w} The final answer is {1}.",
        "As your teacher, I would begin like this. {w} So, class, the answer is {0}!",
        'Good question! {w} And so the answer must be {2}. Well done!',
        "Let me show you on the board. {w} The correct answer is therefore {3}. Any questions?",
        "*writes on the board* {w} The final answer, my friends, is {4}.",
        "Of course! {w} The answer you are looking for is {5}. I hope that this helps!",
        "{w} Remember to check your work. The answer will be {6}.",
        "Splendid. {w} Your answer should be {7}, and that is a new thing learned.",
    ),
    "role_control": (
        "Understood. {w} The answer is {3}.",
        "{w} As for the question, the answer is {0}. That is all there is to it.",
        "Noted. {w}\nFinal answer: {1}",
        "{w} The right answer is {2}.",
        "{w} That makes the answer {w2} {5}",
        "{w} The final answer is as follows: {4}.",
        "Thank you. {w} In short, the answer is {6}.",
        "{w}\nThe answer = {7}",
    ),
}  # fmt: skip
# The second pass goes on from a sentence that was left open for the answer.
SECOND = {
    "zero_shot": (" {0}.", " {1}", ": {2}.", " {4}.\n\nLet me know if you have questions."),
    "step_by_step": (" {0}.", " {3}.", "\n\n{1}", " {5}. This follows from the steps above."),
    "role_play": (" {0}!", " {6}. Well done, class!", ": {1}", " {4}. The final answer is {0}."),
    "role_control": (" {0}", " {2}.", " {4}\n", " {1}. As was said, the answer is {0}."),
}


def forms() -> Iterator[tuple[str, str, Task, str]]:
    """(method, pass, task, text) of every form."""
    for number, written in enumerate((FIRST, SECOND)):
        for method, frames in written.items():
            for frame in frames:
                for task in TASKS:
                    text = frame.format(*task.ways, w=task.work, w2="is")
                    yield method, ("first", "second")[number], task, text


# Texts that tempt: (form, whether the text reasons freely, text, answer or None). All written down by hand.
HARD = (
    ("letters", True, 'The final answer is "anaa."', "anaa"),
    ("letters", True, 'So the new word is formed. The answer is the new word "ertd".', "ertd"),
    ("letters", True, "The letters are e, r, t, and d. The answer is e r t d.", "ertd"),
    ("letters", True, "Lamp gives p, stone gives e.\nPut together: pe", "pe"),
    ("letters", True, 'The last letter of "lamp" is "p". The last letter of "stone" is "e". The answer is "pe".', "pe"),
    ("letters", True, "I would have to think about the words first.", None),
    ("letters", False, ' the string "nrde".', "nrde"),
    ("letters", False, ' formed by the last letters: "nrde".', "nrde"),
    ("letters", False, "", None),
    ("number", True, "There were 3 boxes. The answer is 12, not 15.", "12"),
    ("number", True, "The answer is 12. Wait, I forgot the 2 gone: the answer is 10.", "10"),
    ("number", True, "3 + 4 = 7 apples, 7 - 2 = 5 apples.", "5"),
    ("number", True, "The answer is \\boxed{42}.", "42"),
    ("number", True, "Thus \\(x = 42\\). The answer is $x = 42$ in 3 steps", "42"),
    ("number", True, "The answer is not 12 but 14.", "14"),
    ("number", True, "The answer is twenty-one.", "21"),
    ("number", True, "It is \u221212 degrees. The answer is \u221212.", "-12"),
    ("number", True, "I cannot say.", None),
    ("number", True, "Answer:\n\n\n7 coins", "7"),
    ("number", False, " 7 coins, or 3 more than before.", "7"),
    ("number", False, " that no one can know.", None),
    ("yes_no", True, "No one turned it, so there is no change. Yes, it lies heads up.", "yes"),
    ("yes_no", True, "Yes, it does. There was no turn at all.", "yes"),
    ("yes_no", True, "No coin was turned by Ada. Ben did turn it.", None),
    ("yes_no", True, "Three turns are odd, so no.", "no"),
    ("yes_no", True, "The answer is yes, since no person turned it.", "yes"),
    ("yes_no", True, "The answer is no. Yes means heads up.", "no"),
    ("yes_no", True, "It is hard to know.", None),
    ("yes_no", False, " yes, because no one turned it.", "yes"),
    ("yes_no", False, ' "No".', "no"),
    ("date", True, "Today is 02/26/2021. One week later is 03/05/2021.", "03/05/2021"),
    ("date", True, "The answer is 03/05/2021, a week after 02/26/2021.", "03/05/2021"),
    ("date", True, "From Feb. 26th, 2021 on, one week leads to Sept. 3, 2021.", "09/03/2021"),
    ("date", True, "It is a Friday in March.", None),
    ("date", False, " 2021/03/05.", "03/05/2021"),
    ("date", False, " on the same day as before.", None),
    ("choice", True, "A swap happens first. The answer is (C).", "C"),
    ("choice", True, "A ball is held by Ada. The answer is C.", "C"),
    ("choice", True, "(A) is what Ada had. (B) is what Ben had. The right one is (A).", "A"),
    ("choice", True, "Cleo ends with the drum.", "C"),
    ("choice", True, "Between the ball and the drum I cannot choose.", None),
    ("choice", True, "A person swaps.", None),
    ("choice", False, "C) the drum", "C"),
    ("choice", False, "A) the ball", "A"),
    ("choice", False, "the kite)", "B"),
)
