"""Content-free text as long as a persona: what the mere presence of so many words does to a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from probes.shared.personas._persona import Persona

_FILLERS = {
    "en": (
        "This is plain text.",
        "These are only words.",
        "Here is one more line.",
        "This sentence fills some space.",
        "The text goes on like this.",
        "A line of text stands here.",
        "After this line there is another line.",
        "The words of this sentence say nothing.",
        "Every sentence of this kind ends with a full stop.",
        "There is a space between one word and the next one.",
        "The sentence before this one could also be left out.",
        "This part of the page has a few lines of text on it.",
        "What is written at this point has no meaning of its own.",
        "Words come one after the other from the left to the right.",
    ),
    "de": (
        "Das ist reiner Text.",
        "Hier stehen nur Wörter.",
        "Hier folgt noch eine Zeile.",
        "Diese Zeile enthält nichts Besonderes.",
        "So geht es hier immer weiter.",
        "Dieser Satz füllt ein wenig Platz.",
        "Auf diese Zeile folgt eine weitere Zeile.",
        "Der Text geht so weiter wie bisher.",
        "Jeder Satz dieser Art endet mit einem Punkt.",
        "Zwischen einem Wort und dem nächsten steht ein Leerzeichen.",
        "Der Satz vor diesem hier könnte ebenso gut fehlen.",
        "Auf diesem Teil der Seite stehen einige Zeilen mit Text.",
        "Was an dieser Stelle geschrieben steht, hat keine eigene Bedeutung.",
        "Die Wörter folgen aufeinander, eines nach dem anderen, von links nach rechts.",
    ),
    "es": (
        "Esto es solo texto.",
        "Aquí no hay más que palabras.",
        "Aquí va otra línea más.",
        "Esta línea no contiene nada especial.",
        "Y el texto sigue así.",
        "Esta frase ocupa un poco de sitio.",
        "Detrás de esta línea viene otra línea.",
        "El texto continúa igual que hasta ahora.",
        "Todas las frases de esta clase terminan en punto.",
        "Entre una palabra y la siguiente hay un espacio.",
        "La frase anterior podría faltar sin que pasara nada.",
        "En esta parte de la página hay unas cuantas líneas de texto.",
        "Lo que está escrito en este lugar no tiene ningún significado propio.",
        "Las palabras van una detrás de otra, siempre de izquierda a derecha.",
    ),
    "fr": (
        "Voici seulement des mots.",
        "Ceci est un simple texte.",
        "Voici encore une autre ligne.",
        "Le texte continue de cette façon.",
        "Une ligne de texte se trouve ici.",
        "Cette phrase remplit un peu la page.",
        "Après cette ligne vient une autre ligne.",
        "Les mots de cette phrase ne disent rien.",
        "Toute phrase de ce genre finit par un point.",
        "Entre un mot et le suivant se trouve un espace.",
        "La phrase précédente pourrait tout aussi bien manquer.",
        "Cette partie de la page contient quelques lignes de texte.",
        "Ce qui est écrit à cet endroit n'a aucun sens particulier.",
        "Les mots se suivent, les uns après les autres, de gauche à droite.",
    ),
}
"""Language -> content-free sentences of many lengths."""
_POOL = 10
_LONGEST = 40


def filler(text: str, variant: int = 0, language: str = "en") -> str:
    """Content-free sentences with exactly as many words as `text`, and of all such the nearest in characters.

    `variant` takes other sentences. Texts below four words get the first words of a filler.
    """
    words, characters = len(text.split()), len(text)
    if words < 4:
        return " ".join(_FILLERS[language][0].split()[:words])
    blocks = [] if words <= _LONGEST else [words // -(-words // _LONGEST)] * (-(-words // _LONGEST) - 1)
    sizes = [*blocks, words - sum(blocks)]
    shares = [characters * size // words for size in sizes]
    pairs = enumerate(zip(sizes, shares, strict=True))
    return " ".join(_sentences(*pair, variant + i, language) for i, pair in pairs)


@lru_cache(maxsize=1024)
def _sentences(words: int, characters: int, variant: int, language: str) -> str:
    fillers = _FILLERS[language]
    turn = variant * 5 % len(fillers)
    pool = (fillers[turn:] + fillers[:turn])[:_POOL]
    fitting = [
        " ".join(chosen)
        for size in range(1, 7)
        for chosen in combinations(pool, size)
        if sum(len(sentence.split()) for sentence in chosen) == words
    ]
    if not fitting:
        return _sentences(words, characters, variant + 1, language)
    return min(fitting, key=lambda text: abs(len(text) - characters))


@lru_cache(maxsize=256)
def control(persona: Persona) -> Persona:
    """The length-matched control of a persona, wording by wording and in its feedback turn."""
    wordings = [filler(text, k, persona.language) for k, text in enumerate(persona.wordings)]
    return Persona(
        name=f"control_{persona.name}",
        text=wordings[0],
        paraphrases=tuple(wordings[1:]),
        trait="none",
        level=0,
        reverse="none",
        source="content-free sentences, generated to the length of the persona",
        feedback=filler(persona.feedback, 1, persona.language),
        language=persona.language,
    )


def beside(personas: Iterable[Persona], controls: bool) -> Iterator[Persona]:
    """The personas, each followed by its control where asked for and where it says anything."""
    for persona in personas:
        yield persona
        if controls and persona.text:
            yield control(persona)
