"""What a model is: everything that answers, in one hash. Equal fingerprints give equal answers, within tolerance."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from probes.models.asking import Asking


def fingerprint(told: dict[str, Any]) -> str:
    """SHA-256 of what `parts` told."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


@cache
def answering_code() -> str:
    """Hash of the source files that turn a question into a reply: this package and the nouns it is asked in.

    Files rather than objects: what stands in memory (caches, compiled patterns) differs from process to process.
    """
    home = Path(__file__).parent
    files = [*sorted(home.rglob("*.py")), *(home.parent / "core" / name for name in ("questions.py", "transcript.py"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def parts(model: Asking) -> dict[str, Any]:
    """What the fingerprint covers of every model, by name; compare two of these to see why two fingerprints differ.

    Tokenizer, template with its options, stop marks, thinking, and the code that turns questions into replies.
    """
    tokenizer = model.tokenizer
    return {
        "tokenizer": json.loads(tokenizer.backend_tokenizer.to_str()),
        "marks": tokenizer.special_tokens_map,
        "template": tokenizer.chat_template,
        "template_options": model.chat.options,
        "stop_ids": sorted(model.stop_ids),
        "thinking": model.info.get("thinking"),
        "code": answering_code(),
    }
