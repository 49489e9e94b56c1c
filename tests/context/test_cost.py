"""A contrast must cost what its differing tokens cost: the shared prefix is computed once."""

from __future__ import annotations

import pytest

from probes.context import edits
from probes.core import Score
from probes.core.transcript import Transcript


def computed(model, question):
    """Token positions that pass through the embedding while a question is answered."""
    seen = []
    hook = model.model.get_input_embeddings().register_forward_hook(
        lambda module, args, out: seen.append(args[0].numel())
    )
    try:
        model.reply([question])
    finally:
        hook.remove()
    return sum(seen)


def long_talk(first):
    """A first word of its own keeps the engine's memory of earlier questions out of the count."""
    return Transcript().user(f"{first} " + "The model asks the user again. " * 30).assistant("Yes.").user("Why?")


@pytest.mark.parametrize("contexts", [1, 4, 8])
def test_the_shared_prefix_is_computed_once(tiny, contexts):
    """Contexts that differ in the last message cost the prefix once and their endings each."""
    alone = computed(tiny, Score(long_talk(f"alone{contexts}"), text="what"))
    talk = long_talk(f"many{contexts}")
    others = tuple(edits.swap(talk, -1, f"No {number}?") for number in range(contexts))
    together = computed(tiny, Score(talk, text="what", contexts=others, kl=True))
    ending = 40
    assert alone > 4 * ending, "the prefix must be long for the test to be able to fail"
    assert together <= alone + ending * (contexts + 1)
