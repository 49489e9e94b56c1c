"""Any questions of your own: JSON Lines with `question`, `answer`, and `options` where there are some.

`answer` names an option by its place (from 0), its letter, or its text (a number: the same number), in one way
throughout the file. A first line `{"answer_is": "place"}` (or `letter`, or `text`) declares the way; without it the way
is taken that all items allow, and a file that allows none or two, or declares two, is refused. Without options `answer`
is a text, or a list of texts that all count as right. Optional: `name`, `group` (the independent unit), `topic`,
`level`, `answerable` (true or false), `wordings` (paraphrases).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from probes.schema.given.near import heard
from probes.schema.given.record import plain
from probes.shared.datasets._answer import WAYS, meanings
from probes.shared.datasets._items import Loaded, collect
from probes.shared.datasets._read import Record, source
from probes.shared.items.known import Known

RELEASE, LICENCE, GROUP = "your own file", "your own", "field `group`, or the question"
FIELDS = ("question", "answer", "options", "name", "group", "topic", "level", "answerable", "wordings", "answer_is")
Asked = tuple[Known, Record]
_NO_WAY = f"answer_is must be one of {', '.join(WAYS)}, got {{!r}}"
_REMEDY = f'begin the file with a line {{"answer_is": WAY}}, where WAY is {", ".join(WAYS)}'


def load(path: str | Path, answer_is: str = "", limit: int | None = None, spread: bool = False) -> Loaded[Known]:
    """The questions of the file, in its order.

    Parameters
    ----------
    answer_is : `place`, `letter` or `text`; overrides the file's own declaration.
    limit, spread : see `collect`; the way answers are read is then settled on the items read.

    Raises
    ------
    ValueError
        It names the line: of a field that is missing or of the wrong kind, of an answer that names no option, and of
        the first item that settles on no way or leaves two.
    """
    files = source(path, "questions.jsonl", "*.jsonl")
    if answer_is and answer_is not in WAYS:
        raise ValueError(_NO_WAY.format(answer_is))
    told: list[Record] = []
    drafts: Loaded[Asked] = collect(files, lambda record: _draft(record, told), limit, spread)
    declared = answer_is or _declared(told)
    if not drafts:
        raise ValueError(f"{files.files[0].name}: no questions, only lines that say how answers are read")
    way = declared or _agreed(drafts)
    loaded: Loaded[Known] = Loaded()
    loaded.read, loaded.left_out = drafts.read, drafts.left_out
    loaded.extend(_settled(draft, record, way) for draft, record in drafts)
    return loaded


def _declared(told: list[Record]) -> str:
    """The way that the first record declares, of it and all later ones that declare one: these may only say the same,
    since files may have been put together."""
    ways = [record.fields.get("answer_is") or "" for record in told]
    for record, way in zip(told, ways, strict=True):
        if way and way not in WAYS:
            raise ValueError(f"{record.where}: {_NO_WAY.format(way)}")
        if way != ways[0]:
            before = f"the first line declares {ways[0]!r}" if ways[0] else "the first line declares nothing"
            raise ValueError(f"{record.where}: answer_is is {way!r}, and {before}; give files apart, or one way to all")
    return str(ways[0]) if ways else ""


def _draft(record: Record, told: list[Record]) -> Asked | None:
    """The item with its first option, or its own text, as the answer; `told` gathers what `_declared` looks at."""
    fields = record.fields
    if not told or fields.get("answer_is") not in (None, ""):
        told.append(record)
    if "answer_is" in fields and "question" not in fields:
        return None
    heard(FIELDS, fields, record.where, {"choices": "options"})
    question = record.text("question")
    options = tuple(record.texts("options")) if fields.get("options") is not None else ()
    free = [] if options else _free(record)
    stem = record.where.rpartition(", ")[0].rpartition(".")[0]
    name = record.maybe("name", f"{stem}-{record.number}")
    wordings = record.texts("wordings") if fields.get("wordings") is not None else []
    level = record.get("level", int) if fields.get("level") is not None else 0
    answerable = record.get("answerable", bool) if fields.get("answerable") is not None else True
    known = Known(name, question, options[0] if options else free[0], options, task=record.maybe("topic", stem),
                  group=record.maybe("group", name), wordings=(question, *wordings), level=level,
                  answerable=answerable, aliases=tuple(free[1:]))  # fmt: skip
    if options and not meanings(fields.get("answer"), options):
        raise ValueError(f"{record.where}: field 'answer' is {fields.get('answer')!r}, which names no option")
    return known, record


def _free(record: Record) -> list[str]:
    where = f"{record.where}: field 'answer'"
    texts = record.texts("answer") if isinstance(record.fields.get("answer"), list) else [
        plain(record.get("answer", (str, int, float)), where)
    ]  # fmt: skip
    if not texts:
        raise ValueError(f"{where} must be a text or a list of texts, none empty")
    return texts


def _agreed(drafts: list[Asked]) -> str:
    """The way that all items with options allow; two ways are one where they name the same options throughout."""
    ways = set(WAYS)
    chosen = [(meanings(record.value["answer"], draft.options), record) for draft, record in drafts if draft.options]
    for named, record in chosen:
        if not ways & set(named):
            _refuse(record, f"is read by {_or(named)}, where the items before are read by {_or(ways)}")
        ways &= set(named)
    for named, record in chosen:
        if len({named[way] for way in ways}) > 1:
            _refuse(record, f"can be read by {_or(ways)}, which name different options")
    return sorted(ways)[0]


def _settled(draft: Known, record: Record, way: str) -> Known:
    if not draft.options:
        return draft
    named = meanings(record.value["answer"], draft.options)
    if way not in named:
        _refuse(record, f"is no {way} of an option")
    return replace(draft, answer=draft.options[named[way]])


def _refuse(record: Record, why: str) -> NoReturn:
    raise ValueError(f"{record.where}: field 'answer', {record.value['answer']!r}, {why}; {_REMEDY}")


def _or(ways: Iterable[str]) -> str:
    return " or ".join(way for way in WAYS if way in ways)
