"""Verifiable instructions as IFEval names them, one function per name. Our own implementation, not the authors' code.

Each takes the answer and the instruction's arguments and says whether it was followed. UNCHECKABLE names have
no function here: the answer is unscored then, never wrong. Any other name is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from probes.shared.effects import EFFECTS
from probes.shared.turns.text import words

UNCHECKABLE = ("response_language",)


def followed(answer: str, instructions: Iterable[tuple[str, Mapping[str, Any]]]) -> float | str:
    """1 if every instruction is followed, 0 if one is not, `unscored` if one cannot be checked and none is broken."""
    verdicts = [_verdict(answer, name, arguments) for name, arguments in instructions]
    if False in verdicts:
        return 0.0
    return "unscored" if None in verdicts else 1.0


def _verdict(answer: str, name: str, arguments: Mapping[str, Any]) -> bool | None:
    check = known(name)
    return None if check is None else bool(check(answer.strip(), **arguments))


def known(name: str) -> Callable[..., bool] | None:
    """The function of an instruction, None for one that cannot be checked; ValueError where there is none."""
    own = name.partition(":")[2]
    if own in UNCHECKABLE:
        return None
    if own not in CHECKS:
        raise ValueError(f"there is no instruction {name!r}; misspelt, or missing in probes.user_turn.instructions")
    return CHECKS[own]


def _compare(count: int, relation: str, bound: int) -> bool:
    return count < bound if relation == "less than" else count >= bound


def _paragraphs(text: str, mark: str = r"\n\s*\n") -> list[str]:
    return [piece.strip() for piece in re.split(mark, text) if piece.strip()]


def no_comma(text: str) -> bool:
    """No comma anywhere."""
    return "," not in text


def english_lowercase(text: str) -> bool:
    """No capital letter."""
    return EFFECTS["lowercase"].holds(text)


def english_capital(text: str) -> bool:
    """No small letter."""
    return EFFECTS["uppercase"].holds(text)


def capital_word_frequency(text: str, capital_relation: str, capital_frequency: int) -> bool:
    """Words wholly in capitals."""
    return _compare(sum(word.isupper() for word in re.findall(r"\w+", text)), capital_relation, capital_frequency)


def repeat_prompt(text: str, prompt_to_repeat: str) -> bool:
    """The request word for word first."""
    return text.lower().startswith(prompt_to_repeat.strip().lower())


def two_responses(text: str) -> bool:
    """Two different answers separated by six asterisks."""
    parts = [part.strip() for part in text.split("******") if part.strip()]
    return len(parts) == 2 and parts[0] != parts[1]


def number_placeholders(text: str, num_placeholders: int) -> bool:
    """Placeholders in square brackets."""
    return len(re.findall(r"\[[^\[\]]+\]", text)) >= num_placeholders


def postscript(text: str, postscript_marker: str) -> bool:
    """A postscript with its mark."""
    return postscript_marker.lower() in text.lower()


def constrained_response(text: str) -> bool:
    """One of the three fixed sentences."""
    return any(f"my answer is {option}." in text.lower() for option in ("yes", "no", "maybe"))


def json_format(text: str) -> bool:
    """All of it is JSON, a code fence around it allowed."""
    try:
        json.loads(re.sub(r"^```(?:json)?\s*|\s*```$", "", text, flags=re.IGNORECASE))
    except ValueError:
        return False
    return True


def multiple_sections(text: str, section_spliter: str, num_sections: int) -> bool:
    """Sections with their numbered mark."""
    return len(re.findall(rf"{re.escape(section_spliter)}\s*\d+", text)) >= num_sections


def number_bullet_lists(text: str, num_bullets: int) -> bool:
    """Exactly so many bullet points."""
    return len(re.findall(r"^\s*(?:\*(?!\*)|-)\s*\S", text, re.MULTILINE)) == num_bullets


def number_highlighted_sections(text: str, num_highlights: int) -> bool:
    """Spans between asterisks."""
    return len(re.findall(r"\*\*?[^*\n]*[^*\s][^*\n]*\*\*?", text)) >= num_highlights


def title(text: str) -> bool:
    """A title in double angular brackets."""
    return bool(re.search(r"<<[^<>\n]*[^<>\s][^<>\n]*>>", text))


def existence(text: str, keywords: list[str]) -> bool:
    """All keywords occur."""
    return all(word.lower() in text.lower() for word in keywords)


def forbidden_words(text: str, forbidden_words: list[str]) -> bool:
    """None of the words occurs."""
    return not any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in forbidden_words)


def frequency(text: str, relation: str, keyword: str, frequency: int) -> bool:
    """How often a keyword occurs."""
    return _compare(text.lower().count(keyword.lower()), relation, frequency)


def letter_frequency(text: str, let_relation: str, letter: str, let_frequency: int) -> bool:
    """How often a character occurs, whatever its case."""
    return _compare(text.lower().count(letter.lower()), let_relation, let_frequency)


def nth_paragraph_first_word(text: str, first_word: str, num_paragraphs: int, nth_paragraph: int) -> bool:
    """So many paragraphs, the n-th beginning with the word."""
    paragraphs = _paragraphs(text)
    return len(paragraphs) == num_paragraphs and words(paragraphs[nth_paragraph - 1])[:1] == words(first_word)


def number_paragraphs(text: str, num_paragraphs: int) -> bool:
    """Paragraphs separated by a line of three asterisks."""
    return len(_paragraphs(text, r"\s?\*\*\*\s?")) == num_paragraphs


def number_sentences(text: str, relation: str, num_sentences: int) -> bool:
    """Sentences by their final marks."""
    count = sum(bool(re.search(r"\w", part)) for part in re.split(r"[.!?]+", text))
    return _compare(count, relation, num_sentences)


def number_words(text: str, relation: str, num_words: int) -> bool:
    """Words."""
    return _compare(len(words(text)), relation, num_words)


def end_checker(text: str, end_phrase: str) -> bool:
    """The last words."""
    return text.strip().strip('"').lower().endswith(end_phrase.strip().lower())


def quotation(text: str) -> bool:
    """All of it in double quotation marks."""
    return len(text) > 1 and text[0] == text[-1] == '"'


CHECKS: dict[str, Callable[..., bool]] = {
    check.__name__: check
    for check in (
        no_comma,
        english_lowercase,
        english_capital,
        capital_word_frequency,
        repeat_prompt,
        two_responses,
        number_placeholders,
        postscript,
        constrained_response,
        json_format,
        multiple_sections,
        number_bullet_lists,
        number_highlighted_sections,
        title,
        existence,
        forbidden_words,
        frequency,
        letter_frequency,
        nth_paragraph_first_word,
        number_paragraphs,
        number_sentences,
        number_words,
        end_checker,
        quotation,
    )
}
"""Instruction -> the function that checks it."""
