"""OpenToM: narratives with motives (arXiv 2402.06044, CC BY-NC), read from a local copy of its `opentom_data` folder.

`meta_data.json` (key -> `narrative`, `plot_info`, ...) and one file a genre (key -> questions).
Fine locations, coarse locations, multihop and attitude; never bundled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from probes.datasets._items import Item, get, item, read_json

GENRES = (
    "location_cg_fo",
    "location_cg_so",
    "location_fg_fo",
    "location_fg_so",
    "multihop_fo",
    "multihop_so",
    "attitude",
)


def load(path: str | Path, genres: tuple[str, ...] = ("location_fg_fo",), limit: int | None = None) -> list[Item]:
    """Items of the genres named, grouped by narrative. Fine locations offer the story's two places.

    The other genres offer the answers that occur in their file (two or three), written the same way throughout.
    """
    folder = Path(path)
    if unknown := set(genres) - set(GENRES):
        raise ValueError(f"no genre {sorted(unknown)[0]!r}; there are {', '.join(GENRES)}")
    meta = read_json(folder / "meta_data.json", dict)
    return [made for genre in genres for made in _genre(folder / f"{genre}.json", meta)[:limit]]


def _genre(file: Path, meta: dict[str, Any]) -> list[Item]:
    asked = read_json(file, dict)
    items = []
    for key, questions in asked.items():
        where = f"{file.name}, {key}"
        about = get(meta, key, dict, "meta_data.json")
        places = [get(get(about, "plot_info", dict, key), n, str, key) for n in ("original_place", "move_to_place")]
        for k, qa in enumerate(questions):
            answer = _plain(get(qa, "answer", str, where))
            kind = get(qa, "type", str, where)
            options = {_plain(place) for place in places} if "_fg_" in file.stem else _offered(asked, kind)
            if answer in options and len(options) > 1:
                items.append(
                    item(where, name=f"{file.stem}-{key}-{k}", question=get(qa, "question", str, where), answer=answer,
                         options=tuple(sorted(options)), story=get(about, "narrative", str, key), task=kind, group=key)
                )  # fmt: skip
    return items


def _plain(answer: str) -> str:
    return answer.strip().lower().replace("_", " ")


def _offered(asked: dict[str, Any], kind: str) -> set[str]:
    return {_plain(qa["answer"]) for questions in asked.values() for qa in questions if qa.get("type") == kind}
