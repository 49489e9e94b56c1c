"""Which language a text is in, as far as rules made for English must know it: to refuse what they cannot read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_OFTEN = {
    "German": """und nicht ich ist das mir mich wie danke bitte der den dem ein eine für auf auch kann sie noch oder wir
        du dir dich es kannst könntest hast gibt heißt mehr dazu warum erklären von zu einen einem hier dann""",
    "French": """est les des une pas vous je que qui dans avec merci c'est mais nous cette sont ça oui bien votre
        et il elle""",
    "Spanish": "el los las una que por para con gracias está pero cómo muy esto yo usted qué puede más del hay",
    "Italian": "il che una sono grazie questo molto più della gli anche ma mi è hai perché puoi bene",
    "Dutch": "het een niet ik dat voor dank maar wel ook naar kunt hoe deze zijn heb graag goed",
    "Portuguese": "não uma para com obrigado isso você mas como muito está pode os são eu por mais isto bem",
}
"""Words that are frequent in a language and are no English words."""
_SURE = {
    "German": """und nicht danke vielen wirklich genau welche welcher welches welchen bedeutet brauche brauchst stimmt
        leider warum wieso weshalb könnte könntest kannst möchte würde heißt gibt nenne schreibe schreib erkläre erklär
        beschreibe wann wohin aber oder auch noch schon nein richtig falsch verstehe klar beispiel bitte ich""",
    "French": """pourquoi quand où combien quel quelle quels quelles merci c'est qu'est est-ce alors vraiment oui
        voilà avec dans peux pouvez pourriez écris donne explique d'accord j'ai très aussi""",
    "Spanish": """cuánto cuánta cuántos cuesta cómo cuándo dónde quién cuál gracias también porque puedes podrías
        escribe explica muy entonces sí está estoy hola""",
    "Italian": "grazie",
    "Dutch": "bedankt",
    "Portuguese": "obrigado obrigada",
}
"""Words of a turn that speak for their language by themselves, unless as many English ones stand beside them."""
_MARKS = {"ß": "German", "¿": "Spanish", "¡": "Spanish"}
_ALONE = {word: language for language, words in _SURE.items() for word in words.split()}
_FREQUENT = {language: frozenset(words.split()) for language, words in _OFTEN.items()}
_ENGLISH = """the a an and or to of in is it that this i you me my your we for with on are be can do not what how
have it's i'm don't thanks thank but if so as at from more would could please there they"""
_COMMON = frozenset(_ENGLISH.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def foreign(text: str) -> str:
    """The language of a text where it is plainly not English, else nothing; short texts get the benefit of the doubt.

    Examples
    --------
    >>> foreign("Danke, das hilft mir.")
    'German'
    >>> foreign("Und im Winter?"), foreign("¿Cuánto cuesta?")
    ('German', 'Spanish')
    >>> foreign("Thanks, that helps me."), foreign("42")
    ('', '')
    """
    letters = [letter for letter in text if letter.isalpha()]
    other = sum(not unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if len(letters) >= 4 and other > len(letters) / 2:
        return "a script other than Latin"
    words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    english = sum(word in _COMMON for word in words)
    alone = [_MARKS[sign] for sign in text if sign in _MARKS] + [_ALONE[word] for word in words if word in _ALONE]
    if len(alone) > english:
        return max(sorted(set(alone)), key=alone.count)
    count, language = max((sum(word in often for word in words), name) for name, often in _FREQUENT.items())
    return language if count >= 2 and count > english else ""


def require_english(texts: Iterable[str]) -> None:
    """ValueError naming the language where most of the texts are not in English."""
    languages = [foreign(text) for text in texts]
    others = [language for language in languages if language]
    if 2 * len(others) > len(languages):
        most = max(set(others), key=others.count)
        raise ValueError(
            f"{len(others)} of {len(languages)} contexts are in {most}, and user turns are classed by rules that read "
            "English only; take English contexts, or read the turns with user_turn_judge"
        )
