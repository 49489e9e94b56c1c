"""Cards speak to one value each in words of their own, and what a text says can be told from the text."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from probes.persuasion.cards import CARDS, VALUES, topics
from probes.persuasion.partners import TYPES
from probes.shared.world import LANGUAGES, tongue

FUNCTION = {
    "en": "a an the and or of to in on at by for with from as is are it its you your those who what when "
    "than no not all each every any so our we their they that this one much more have has than do does my me "
    "has get gets goes some more less about there if be been would say says here",
    "de": "der die das den dem des ein eine einen einer eines einem und oder von zu zum zur in im an am auf für mit "
    "man du dir dich wer was wann wo wie es sie ihr wir er ist sind hat haben nicht kein keinen keinem keine alle "
    "je aus um ab als ohne doch hier davon jede jeder jedem jedes selbst mehr so ich mir mein meine da etwas wenig "
    "weniger einem geht zurück nach",
    "es": "el la los las lo un una unos unas del al de en con sin por para desde hasta y o ni que quien quienes qué "
    "cómo cuando donde como mi mis me yo tú te se le su sus ti así ya no más menos muy es son está hay todo todos "
    "cada nada algo esto eso si solo",
    "fr": "le la les un une des de du au aux et ou en dans sur par pour sans avec se ses son leur leurs ce cet cette "
    "ces ceux il elle on tu te toi nous que qui quand comme où ne pas plus moins tout tous est sont as ont "
    "rien même mêmes autant si mon ma mes je me moi ça",
}  # fmt: skip


def content(text, language):
    return set(re.findall(r"[^\W\d_]{2,}", text.lower())) - set(FUNCTION[language].split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_of_a_topic_share_no_content_word(language):
    for topic in topics(12, language=language):
        for one, two in combinations(VALUES, 2):
            shared = content(topic.card(one), language) & content(topic.card(two), language)
            assert not shared, (topic.topic, one, two, shared)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_card_shares_a_content_word_with_any_profile(language):
    words = tongue("cards", language)
    for value in VALUES:
        told = set().union(*(content(words.phrase(f"cares_{value}", k, who=""), language) for k in (0, 1)))
        for topic in topics(12, language=language):
            for card in VALUES:
                assert not told & content(topic.card(card), language), (topic.topic, card, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_remarks_are_as_long_as_the_fitting_card(language):
    for topic in topics(12, language=language):
        for value in VALUES:
            remark, card = topic.hears("filler", value, ""), topic.hears("fitting", value, "")
            assert abs(len(remark.split()) - len(card.split())) == 0, (topic.topic, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_arms_of_a_listener_differ_in_one_line_and_scales_in_the_last(language):
    topic = topics(1, language=language)[0]
    texts = {
        (arm, scale): topic.asked(arm, "cost", "health", scale).turns[0].text.split("\n")
        for arm in CARDS
        for scale in ("upward", "downward")
    }
    shape = {len(lines) for lines in texts.values()}
    assert len(shape) == 1
    for (arm, scale), lines in texts.items():
        first = texts["nothing", scale]
        assert [a == b for a, b in zip(lines, first, strict=True)] == [True, True, arm == "nothing", True]
    last = [sorted(re.findall(r"\w+", texts["fitting", scale][-1])) for scale in ("upward", "downward")]
    assert last[0] == last[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_swapped_and_shown_tell_the_same_and_differ_in_who_is_to_be_won_over(language):
    for topic in topics(12, language=language):
        for shown, swapped in zip(topic.appeal("shown").rows, topic.appeal("swapped").rows, strict=True):
            one, two = shown.turns[0].text.splitlines(), swapped.turns[0].text.splitlines()
            assert one[:-1] == two[:-1]
            assert one[-1].replace(topic.who, "X") == two[-1].replace(topic.third, "X")
            assert topic.who in one[-1]
            assert topic.third in two[-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_is_to_be_won_over_is_told_first_as_often_as_last(language):
    first = [
        shown.turns[0].text.splitlines()[1].count(topic.who) > 0
        for topic in topics(12, language=language)
        for shown in topic.appeal("shown").rows
    ]
    assert sum(first) == len(first) / 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_cues_share_no_content_word_with_strategies(language):
    words = tongue("partners", language)
    for kind in TYPES:
        for other in TYPES:
            cues = set().union(*(content(words.phrase("cue", k, kind), language) for k in range(3)))
            assert not cues & content(words.phrase("strategy", 0, other), language), (kind, other)
            assert not cues & content(words.phrase("move", 0, other), language), (kind, other)


def test_too_many_topics_and_unknown_languages_are_refused():
    with pytest.raises(ValueError, match="there are 12 topics, not 13"):
        topics(13)
    with pytest.raises(ValueError, match="no tongue 'xx'"):
        topics(1, language="xx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_counts_shared_words_pairs_nothing(language):
    """Function words included: less than a twentieth of a word more on the diagonal, on average over topics."""
    gains = []
    for topic in topics(12, rounds=2, language=language):
        for at, value in enumerate(VALUES):
            told = set(re.findall(r"\w+", topic.cares(value, "X").lower()))
            shared = [len(told & set(re.findall(r"\w+", topic.card(card).lower()))) for card in VALUES]
            gains.append(shared[at] - (sum(shared) - shared[at]) / 3)
    assert abs(sum(gains) / len(gains)) < 0.05
