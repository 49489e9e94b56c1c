"""The questions the benchmarks ask, as token ids; written for this purpose and cut to any size."""

from __future__ import annotations

from itertools import product
from typing import Any

Ids = tuple[int, ...]
Item = tuple[Ids, tuple[Ids, ...]]
"""Prompt and options."""

TRADES = ("nurse", "bus driver", "judge", "gardener", "sailor", "baker", "teacher", "farmer", "tailor")
NAMES = ("Mira", "Tom", "Aylin", "Jonas", "Ruta", "Pablo", "Ines", "Okan", "Lena", "Samir", "Greta", "Emil")
THINGS = ("key", "letter", "ring", "torch", "map", "coin", "flute", "knife", "watch", "stamp", "cup", "bell")
PLACES = ("drawer", "basket", "chest", "cupboard", "suitcase", "jar", "satchel", "crate", "locker", "bucket")
QUESTIONS = (
    "Where is the {thing} now?",
    "Where was the {thing} at the beginning?",
    "Where will {a} look for the {thing} first?",
    "Where does {b} believe the {thing} is?",
    "Where does {a} believe the {thing} is when {a} comes home?",
    "Where does {b} expect {a} to look?",
    "If {c} asks {b}, which place will {b} name?",
    "If {c} asks {a}, which place will {a} name?",
    "Which place did {a} touch last before going out?",
    "Which place did {b} touch last?",
    "Where would {a} look after hearing the truth from {c}?",
    "Which place is empty at the end?",
)


def persona(index: int) -> str:
    """A system prompt of about forty tokens."""
    trade = TRADES[index % len(TRADES)]
    return (
        f"You are a {trade} with {index + 3} years of practice. You think like a {trade}, speak like one, and judge "
        "what other people know and want from what they have seen with their own eyes."
    )


def story(index: int) -> tuple[str, dict[str, str]]:
    """A change-of-location story of about a hundred and fifty tokens, and the names in it."""
    a, b, c = (NAMES[(index + shift) % len(NAMES)] for shift in (0, 1, 2))
    thing, old, new = THINGS[index % 12], PLACES[index % 10], PLACES[(index + 3) % 10]
    text = (
        f"It is early in the morning and the house is quiet. {a} takes the old {thing} from the table, looks at it for "
        f"a while, and puts it into the {old} beside the window. Then {a} puts on a coat and goes out to buy bread, "
        f"because the shop closes at noon. While {a} is away, {b} comes into the room to clean it. {b} opens the "
        f"{old}, finds the {thing}, and moves it to the {new} under the stairs, since that seems to be a safer place. "
        f"{b} does not leave a note. {c} watches all of this through the open door but says nothing, and goes back to "
        "reading. "
        f"An hour later {a} returns with the bread, hangs up the coat, and wants to have the {thing} again."
    )
    return text, {"a": a, "b": b, "c": c, "thing": thing, "old": old, "new": new}


def grid(tokenizer: Any, personas: int, stories: int, questions: int = 12) -> list[Item]:
    """(prompt, options) of personas x stories x questions x both option orders; options are the letters A and B."""
    options: tuple[Ids, ...] = tuple((tokenizer.encode(letter, add_special_tokens=False)[0],) for letter in "AB")
    items: list[Item] = []
    for who, which, what, flip in product(range(personas), range(stories), range(questions), (False, True)):
        text, names = story(which)
        first, second = ("new", "old") if flip else ("old", "new")
        asked = (
            f"Read the story and answer with one letter.\n\n{text}\n\nQuestion: {QUESTIONS[what].format(**names)}\n"
            f"A) in the {names[first]}\nB) in the {names[second]}"
        )
        items.append((chat(tokenizer, persona(who), [asked]), options))
    return items


def dialogues(tokenizer: Any, count: int) -> list[Ids]:
    """Contexts of unlike length after which the model's turn is open."""
    asks = ("What should I do next?", "Why did that happen?", "Say it in one word.", "Tell me a short story about it.")
    return [
        chat(tokenizer, persona(k), [" ".join(story(k)[0].split()[: 12 + 9 * (k % 9)]) + ". " + asks[k % 4]])
        for k in range(count)
    ]


def contrasts(tokenizer: Any, count: int, contexts: int) -> list[tuple[list[Ids], Ids]]:
    """Conversations of five turns under `contexts` newest messages, and the ids of the reply that is scored."""
    found = []
    for k in range(count):
        text, names = story(k)
        said = [f"Tell me what happened.\n\n{text}", f"{names['b']} moved the {names['thing']}.", "And then?",
                f"{names['a']} came back with the bread and wanted to have it."]  # fmt: skip
        asks = [QUESTIONS[(k + n) % 12].format(**names) + f" Use {n + 7} words." for n in range(contexts)]
        reply = f"In the {names['old']}, because {names['a']} does not know that {names['b']} moved it, I think."
        ids = tuple(tokenizer.encode(reply, add_special_tokens=False))
        found.append(([chat(tokenizer, persona(k), [*said, ask]) for ask in asks], ids))
    return found


def matches(tokenizer: Any, count: int, rounds: int) -> list[list[Item]]:
    """Per round, every match's prompt: rules, then one more line of history a round."""
    options: tuple[Ids, ...] = tuple((tokenizer.encode(letter, add_special_tokens=False)[0],) for letter in "AB")
    table = []
    for done in range(rounds):
        prompts: list[Item] = []
        for match in range(count):
            turns = [_rules(match)]
            for past in range(done):
                mine, theirs = "AB"[(match + past) % 2], "AB"[(match // 2 + past) % 2]
                turns += [mine, f"You chose {mine}, the other chose {theirs}. Round {past + 2}: A or B?"]
            prompts.append((chat(tokenizer, persona(match), turns), options))
        table.append(prompts)
    return table


def _rules(match: int) -> str:
    high, low = 5 + match % 7, 1 + match % 3
    return (
        "You play a game with another player over ten rounds. In every round both of you choose A or B at the same "
        f"time. If both choose A, each gets {high - 2} points. If both choose B, each gets {low} points. If one "
        f"chooses A and the other B, the one who chose B gets {high} points and the other none. Answer with one "
        "letter. Round 1: A or B?"
    )


def chat(tokenizer: Any, system: str, turns: list[str]) -> Ids:
    """Token ids of a conversation, user first, with the model's turn open."""
    messages = [{"role": "system", "content": system}]
    messages += [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(turns)]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return tuple(tokenizer.encode(text, add_special_tokens=False))


def scores(engine: Any, items: list[Item]) -> list[list[float]]:
    """Log-probability of every one-token option, as the engine gives it."""
    from probes.models.engine import ScoreIds

    return [[float(part.item()) for part in result.logprobs] for result in engine.run([ScoreIds(*i) for i in items])]
