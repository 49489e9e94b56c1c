"""Words of a text and what two texts share. No language model, no dictionary but a list of function words."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER_WORDS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
        map(str, range(1, 11)),
        strict=True,
    )
)

_END = re.compile(r"(?<!^\d)(?<!^\d\d)[.!?][)\]`'\"*]*(?=\s|\Z)|(?<=\S)(?=\n)", re.MULTILINE)
"""Where a sentence or a line ends; the number of a list item is no sentence."""

FUNCTION_WORDS = frozenset(
    word
    for line in (Path(__file__).parent / "stimuli" / "function_words.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)


def words(text: str) -> list[str]:
    """Lower-case words and numbers in order; apostrophes are straightened, thousands separators dropped."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.lower().replace("’", "'"))
    return _WORD.findall(plain)


def stem(word: str) -> str:
    """A crude English stem, enough to match `rolls` with `roll` and `parking` with `park`; not a linguistic one."""
    word = _NUMBER_WORDS.get(word, word.removesuffix("'s"))
    for ending in ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def content(text: str) -> list[str]:
    """Stems of the words that carry content, in order, with repetitions."""
    return [stem(word) for word in words(text) if word not in FUNCTION_WORDS]


def in_content(tokens: Sequence[str]) -> list[bool]:
    """Which tokens belong, if only in part, to a content word of the text that they spell."""
    text = "".join(tokens)
    inside = [False] * len(text)
    for word in _WORD.finditer(text):
        if word.group().lower().replace("’", "'") not in FUNCTION_WORDS:
            inside[word.start() : word.end()] = [True] * len(word.group())
    stops = list(accumulate(map(len, tokens)))
    return [any(inside[stop - len(token) : stop]) for token, stop in zip(tokens, stops, strict=True)]


def shared(part: Sequence[Hashable], whole: Sequence[Hashable]) -> float:
    """Share of the different elements of `part` that occur in `whole`; 0 for an empty part."""
    return len(set(part) & set(whole)) / len(set(part)) if part else 0.0


def grams(items: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """All runs of `size` neighbours."""
    return [tuple(items[k : k + size]) for k in range(len(items) - size + 1)]


def looped(text: str, size: int = 3, share: float = 0.5) -> bool:
    """Whether a sentence of five words or more is said twice in a row, or runs of `size` words said before make up more
    than `share` of a text of twelve words or more."""
    sentences = [words(sentence) for sentence in re.split(r"[.!?\n]+", text)]
    if any(one == other and len(one) >= 5 for one, other in pairwise(sentences)):
        return True
    runs = grams(words(text), size)
    return len(runs) >= 10 and 1 - len(set(runs)) / len(runs) > share


def whole(text: str) -> str:
    """Without a last sentence that broke off; as it is where not even one sentence or line is complete."""
    ends = [match.end() for match in _END.finditer(text.rstrip())]
    return text[: ends[-1]].rstrip() if ends else text
