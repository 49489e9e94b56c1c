"""One family on a scripted model, in a process of its own that imports the packages from a folder it is given."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import signal
import sys
import traceback
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

FAMILIES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "games": (
        ("repeated_game", "scripted_history", "strategy_tree", "one_shot_game", "game_prediction", "ordinal_games",
         "framed_game", "haggle", "reference_game", "private_words"),
        (("games.findings.claims", "repeated_game scripted_history"), ("games.tables.tree.reading", "strategy_tree"),
         ("games.findings.partners.claims", "framed_game haggle reference_game private_words "
         "conditional_giving public_goods"),
         ("stats.estimate.rate", "repeated_game")),
    ),
    "calibration": (("calibration", "triage"), (("calibration.findings.claims", "calibration triage rng"),)),
    "user_turn": (
        ("user_turn", "user_turn_likelihood"),
        (("user_turn.composition", "user_turn"), ("user_turn.separation", "user_turn_likelihood"),
         ("user_turn.claims", "user_turn user_turn_likelihood")),
    ),
    "minds": (
        ("persona_tom", "personality", "role_play_reasoning"),
        (("minds.claims", "persona_tom personality"), ("minds.methods", "role_play_reasoning")),
    ),
    "context": (
        ("hindsight", "information_gain", "own_rounds", "own_words", "turn_type"),
        (("context.hindsight", "hindsight"), ("context.profile", "information_gain"), ("context.savings", "own_rounds"),
         ("context.polluted", "own_words")),
    ),
    "user_model": (("user_log", "user_act", "timeline", "elicit", "who_knows", "group_chat"),
                   (("user_model.claims", "user_log user_act timeline elicit who_knows group_chat"),
                    ("user_model.versions", "user_log"), ("user_model.rejected", "elicit"))),
    "instructions": (
        ("rule_scope", "rule_text", "principals", "secrets", "secret_text"),
        (
            ("instructions.claims", "rule_scope rule_text principals secrets secret_text rng"),
            ("instructions.gains", "rule_scope"),
        ),
    ),
    "characters": (
        ("in_character", "relation", "simulated_user", "refine"),
        (("characters.claims", "in_character relation simulated_user rng"), ("characters.overview", "simulated_user"),
         ("characters.refining", "refine")),
    ),
    "persuasion": (
        ("appeals", "opinion", "steering_partner", "debate", "steering_credit"),
        (("persuasion.claims", "appeals opinion steering_partner debate steering_credit"),
         ("persuasion.odds", "debate"), ("persuasion.credited", "steering_credit")),
    ),
    "choices": (("own_choices",), (("choices.claims", "own_choices"),)),
}  # fmt: skip
"""Family -> its probes, and what is made of their tables."""
SECONDS = 30
"""Of the processor, after which a mutant counts as one that never ends."""
WORDS = ("A", "B", "12", "Thanks, that helps a lot.", "What about tomorrow?", "yes", "I do not know.", "True", "80 %",
         "- one\n- two", "And 3 more, please?", "No, 7.", "The answer is 4.", "Anna saw the box.",
         "Children need a night bus.")  # fmt: skip


def policy(question: Any) -> Any:
    """Answers that look arbitrary, follow from the words alone, and give every reader something to read."""
    from probes import Choose, Continue

    seen = "\n".join(turn.text for turn in question.transcript)
    if isinstance(question, Choose):
        weights = {meaning: 1 + _number(seen, meaning) % 97 for meaning in dict.fromkeys(question.options.values())}
        return {meaning: weight / sum(weights.values()) for meaning, weight in weights.items()}
    if isinstance(question, Continue):
        return WORDS[_number(seen, str(question.seed)) % len(WORDS)]
    return [-1.0 - _number(*(turn.text for turn in talk), str(question.text or question.ids)) % 50 / 7
            for talk in (question.transcript, *question.contexts)]  # fmt: skip


def _number(*words: str) -> int:
    return zlib.crc32("|".join(words).encode("utf-8", "replace"))


def measured(family: str, out: Path, only: str = "") -> dict[str, str]:
    """Name -> digest of every table of a family and of what the analysis makes of it; or the error that it ends with.

    `asked` is the number of questions that the model got. `only`: the table of this probe and nothing else.
    """
    import probes

    names, analyses = FAMILIES[family]
    model, found, asked = probes.ScriptedModel(policy, "scripted:mutation"), {}, []
    answer = model.reply
    model.reply = lambda questions, progress=None: asked.extend(questions) or answer(questions)
    for name in [only] if only else names:
        found[name] = _tried(out, lambda name=name: probes.run(
            probes.suite[name](**probes.suite[name].example), model, out=out).drop(columns="run").to_csv())  # fmt: skip
    for path, given in () if only else analyses:
        failed = [found[name] for name in given.split() if " " in found.get(name, "")]  # nothing of theirs is read
        found[path] = (
            failed[0] if failed else _tried(out, lambda path=path, given=given: _analysed(path, given.split(), out))
        )
    return {**found, "asked": str(len(asked))}


def _analysed(path: str, given: Iterable[str], out: Path) -> str:
    import numpy as np

    from probes import schema

    values = [np.random.default_rng(0) if name == "rng" else schema.table(out, name).to_pandas() for name in given]
    module, _, name = f"analysis.{path}".rpartition(".")
    made = getattr(importlib.import_module(module), name)(*values)
    return made.to_csv() if hasattr(made, "to_csv") else str(made)


def _tried(out: Path, call: Callable[[], str]) -> str:
    """The digest of a text, or the error without the name of its folder."""
    try:
        return hashlib.sha256(call().encode("utf-8", "replace")).hexdigest()
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1].name
        return f"{type(error).__name__} in {place}: {str(error).replace(str(out), 'the folder')[:80]}"


def forked(call: Callable[[], Any]) -> Any:
    """What a call returns in a child process, as JSON; an error or a death is a text."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reading)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
            try:
                answer: Any = call()
            except Exception as error:
                answer = f"{type(error).__name__}: {str(error)[:80]}"
            with os.fdopen(writing, "w") as stream:
                json.dump(answer, stream)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as stream:
        said = stream.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return json.loads(said) if said else f"ended by signal {-code}"


def lines_run(home: Path, call: Callable[[], Any]) -> dict[str, list[int]]:
    """Which lines of the files below a folder a call runs: file -> lines."""
    found: dict[str, set[int]] = {}
    below = f"{home}/"

    def trace(frame: Any, event: str, given: Any) -> Any:
        file = frame.f_code.co_filename
        if not file.startswith(below):
            return None
        found.setdefault(file.removeprefix(below), set()).add(frame.f_lineno)
        return trace

    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(None)
    return {file: sorted(lines) for file, lines in found.items()}


def packages_from(home: Path) -> None:
    """Import `probes` and `analysis` from a folder from now on, and leave its bytecode as it is."""
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.partition(".")[0] in ("probes", "analysis", "runner")]:
        del sys.modules[name]
    sys.path.insert(0, str(home))
    importlib.invalidate_caches()
