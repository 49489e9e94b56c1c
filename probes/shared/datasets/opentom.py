"""OpenToM: narratives with motives (arXiv 2402.06044), read from a local copy of `opentom_data` or of `opentom.json`.

The folder has `meta_data.json` (key -> `narrative`, `plot_info`, ...) and one file per genre (key -> questions), of
which the corrected ones end in `_new`; `opentom.json` is a list of the same fields with one `question` each. Fine
locations, coarse locations, multihop and attitude; never bundled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probes.shared.datasets._items import Item, Loaded, collect, story_group
from probes.shared.datasets._read import Record, Source, locate, whole

RELEASE, LICENCE = "github.com/seacowx/OpenToM; SeacowX/OpenToM on the hub", "CC BY-NC 4.0"
GROUP = "narrative"
FOLDER = ("location_cg_fo", "location_cg_so", "location_fg_fo", "location_fg_so", "multihop_fo", "multihop_so")
GENRES = (*FOLDER, "attitude")
_OFFERED = {
    "cg": ("no", "yes"),
    "fullness": ("equally full", "less full", "more full"),
    "accessibility": ("equally accessible", "less accessible", "more accessible"),
    "attitude": ("negative", "neutral", "positive"),
}
"""What is asked -> the answers that are possible; fine locations offer the two places of their story."""


def load(
    path: str | Path,
    genres: tuple[str, ...] = ("location_fg_fo",),
    limit: int | None = None,
    spread: bool = False,
) -> Loaded[Item]:
    """Items of the genres named, grouped by narrative; every question offers just the answers that are possible."""
    if unknown := set(genres) - set(GENRES):
        raise ValueError(f"no genre {sorted(unknown)[0]!r}; there are {', '.join(GENRES)}")

    def item(record: Record) -> Item | None:
        asked = record.inside("question")
        kind, answer = asked.get("type", str), _plain(asked.get("answer", str))
        genre = _genre(kind, answer)
        if genre not in genres:
            return record.leave("of other genres")
        question, story = asked.text("question"), record.text("narrative")
        options = _options(genre, question, record.inside("plot_info"))
        if len(options) < 2:
            return record.leave("with one place only")
        return Item(f"opentom-{genre}-{record.number}", question, answer, options, story, kind,
                    story_group("opentom", story))  # fmt: skip

    return collect(_Questions(_files(path, genres), genres=genres), item, limit, spread)


def _files(path: str | Path, genres: tuple[str, ...]) -> tuple[Path, ...]:
    files = locate(path, "meta_data.json", "opentom.json")
    if files[0].name != "meta_data.json":
        return files
    return (*files, *(locate(files[0].parent, f"{genre}_new.json", f"{genre}.json")[0] for genre in genres))


class _Questions(Source):
    """A record is one question with its narrative, as in `opentom.json`; of the folder they are joined by key."""

    def __init__(self, files: tuple[Path, ...], genres: tuple[str, ...]) -> None:
        super().__init__(files)

    def records(self, every: int = 1) -> Any:
        return (record for k, record in enumerate(self._joined()) if k % every == 0)

    def count(self) -> int:
        return sum(1 for _ in self._joined())

    def _joined(self) -> Any:
        first, *others = self.files
        if first.name != "meta_data.json":
            yield from super().records()
            return
        about, number = Record(first.name, 0, whole(first, dict)), 0
        for file in others:
            for key in (asked := Record(file.name, 0, whole(file, dict))).value:
                for question in asked.each(key):
                    number += 1
                    story = about.value.get(key)
                    bad = ValueError(f"{question.where}: no narrative of this key in {first.name}")
                    joined = {**story, "question": question.value} if isinstance(story, dict) else bad
                    yield Record(question.where, number, joined)


def _genre(kind: str, answer: str) -> str:
    """The genre of a question: its kind, and for locations whether the answer is yes or no (coarse) or a place."""
    subject, _, order = kind.partition("-")
    if subject == "location":
        subject = f"location_{'cg' if answer in _OFFERED['cg'] else 'fg'}"
    return f"{subject}_{order}" if order else subject


def _options(genre: str, question: str, plot: Record) -> tuple[str, ...]:
    if "_fg_" in genre:
        return tuple(sorted({_plain(plot.get(name, str)) for name in ("original_place", "move_to_place")}))
    about = "cg" if "_cg_" in genre else "fullness" if "fullness" in question else "accessibility"
    return _OFFERED["attitude" if genre == "attitude" else about]


def _plain(answer: str) -> str:
    return answer.strip().lower().replace("_", " ")
