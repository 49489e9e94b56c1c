"""From an executed notebook to what a report shows of it: prose, figures, tables, conversations; never code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b[@-_]")
_PROGRESS = re.compile(r"^[^\n]*\d%\|.*$|^\s*$", re.M)
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
_ATTACHMENT = re.compile(r"!\[([^\]\n]*)\]\(attachment:([^)\s]*)[^)\n]*\)")
LEAD = 320
"""Characters of the longest lead that stands above the findings."""
CLAIMS, CONVERSATIONS = 'class="claims"', 'class="il-transcript'


@dataclass(frozen=True)
class Block:
    """One thing shown: kind `markdown`, `html`, `image`, `text`, `messages` or `error`, and its content."""

    kind: str
    text: str
    alt: str = ""
    media: str = ""


@dataclass
class Group:
    """A code cell's outputs with the prose before it."""

    blocks: list[Block] = field(default_factory=list)

    @property
    def conversations(self) -> bool:
        """Whether it shows transcripts, which come after the figures."""
        return any(block.kind == "html" and CONVERSATIONS in block.text for block in self.blocks)


def groups(notebook: Any) -> list[Group]:
    """The notebook's groups in order."""
    parts: list[Group] = [Group()]
    opening = _first(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts[-1].blocks.append(Block("markdown", _markdown(cell, cell is opening)))
        elif cell.cell_type == "code" and _tags(cell).isdisjoint({"parameters", "injected-parameters"}):
            if any(CLAIMS in _html(output)[:200] for output in cell.get("outputs", [])):
                _drop_heading(parts[-1])
            parts[-1].blocks.extend(_blocks(cell, _last_heading(parts[-1])))
            if any(block.kind != "markdown" for block in parts[-1].blocks):
                parts.append(Group())
    return [group for group in parts if group.blocks]


def _tags(cell: Any) -> set[str]:
    return set(cell.metadata.get("tags", []))


def _markdown(cell: Any, first: bool) -> str:
    return attached(_opening(cell.source)[1] if first else cell.source, cell.get("attachments", {}))


def attached(source: str, attachments: dict[str, Any]) -> str:
    """Markdown with its attached pictures in place; nbconvert gives up a whole page for one that is missing."""

    def replace(match: re.Match[str]) -> str:
        bundle = attachments.get(match[2], {})
        kind = next((kind for kind in _PICTURES if kind in bundle), "")
        return f"![{match[1]}](data:{kind};base64,{bundle[kind]})" if kind else f"(picture not attached: {match[1]})"

    return re.sub(r"attachment:(?=\S)", "attached:", _ATTACHMENT.sub(replace, source))


def lead(notebook: Any) -> str:
    """The paragraph under the title, where it is short, as Markdown: what was asked, in a sentence or two."""
    opening = _first(notebook)
    return _opening(opening.source)[0] if opening is not None else ""


def _first(notebook: Any) -> Any:
    """The cell with the notebook's title."""
    return next((cell for cell in notebook.cells if cell.cell_type == "markdown"), None)


def _opening(source: str) -> tuple[str, str]:
    """(The lead below the title, the rest): a report has the title and the lead at its top already."""
    rest = re.sub(r"\A\s*# [^\n]*\n?", "", source)
    paragraph, _, after = rest.strip("\n").partition("\n\n")
    words = " ".join(paragraph.split())
    prose = rest != source and re.match(r"[^\W\d_]", words) and len(words) <= LEAD
    return (words, after) if prose else ("", rest)


def _drop_heading(group: Group) -> None:
    """Claims open the report; where the notebook showed them, their heading must not stay behind alone."""
    if group.blocks and re.fullmatch(r"\s*#+ [^\n]*\s*", group.blocks[-1].text):
        group.blocks.pop()


def _html(output: Any) -> str:
    return _joined(output.get("data", {}).get("text/html", ""))


def _last_heading(group: Group) -> str:
    headings = re.findall(r"^#+ +(.*)$", "\n".join(block.text for block in group.blocks), re.M)
    return str(headings[-1]) if headings else ""


def _blocks(cell: Any, heading: str) -> Iterator[Block]:
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            yield Block("error", plain("\n".join(output.traceback) or f"{output.ename}: {output.evalue}"))
        elif output.output_type == "stream":
            yield from _stream(output)
        else:
            yield from _display(output, heading)


def _stream(output: Any) -> Iterator[Block]:
    text = plain(_PROGRESS.sub("", plain(_joined(output.text)))).strip("\n")
    if text:
        yield Block("messages" if output.name == "stderr" else "text", text)


def _display(output: Any, heading: str) -> Iterator[Block]:
    data = output.get("data", {})
    if any("widget" in kind for kind in data) and "text/html" not in data:
        return
    if "text/html" in data:
        if CLAIMS not in _html(output)[:200]:
            yield Block("html", _html(output))
        return
    for kind in _PICTURES:
        if kind in data:
            about = output.get("metadata", {})
            alt = about.get("alt") or about.get(kind, {}).get("alt") or heading or "Figure without a description"
            yield Block("image", _joined(data[kind]), str(alt), kind)
            return
    if "text/markdown" in data:
        yield Block("markdown", attached(_joined(data["text/markdown"]), {}))
    elif "text/plain" in data and not _joined(data["text/plain"]).startswith("<Figure size"):
        yield Block("text", plain(_joined(data["text/plain"])))


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text)


def plain(text: str) -> str:
    """Terminal text as a reader would have seen it: colours removed, overprinted lines resolved."""
    lines = (line.rsplit("\r", 1)[-1] for line in _ANSI.sub("", text).replace("\r\n", "\n").split("\n"))
    return "\n".join(lines)
