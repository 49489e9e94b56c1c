"""The prefix cache: a radix tree of token runs, each with what the model computed for it, least recently used out."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

import torch

Tokens = tuple[int, ...]


class Node:
    """A run of tokens after its parent's; `rows` is `[token, column]`: keys, values, hidden state (`columns.py`)."""

    __slots__ = ("children", "parent", "rows", "start", "tokens", "used")

    def __init__(self, tokens: Tokens, parent: Node | None, start: int) -> None:
        self.tokens = tokens
        self.parent = parent
        self.start = start
        """Position of the first token."""
        self.rows: torch.Tensor | None = None
        self.children: dict[int, Node] = {}
        self.used = 0

    def path(self) -> list[Node]:
        """From the first token of the sequence to this node."""
        found: list[Node] = []
        node = self
        while node.parent is not None:
            found.append(node)
            node = node.parent
        return found[::-1]

    @property
    def bytes(self) -> int:
        """Memory of the rows."""
        return 0 if self.rows is None else self.rows.numel() * self.rows.element_size()


class Prefixes:
    """Sequences inserted so far, sharing what they share. No run is longer than `run` tokens."""

    def __init__(self, bound: int, run: int) -> None:
        self.bound = bound
        self.run = run
        self.bytes = 0
        self.peak = 0
        self._root = Node((), None, 0)
        self._clock = 0

    def insert(self, tokens: Tokens) -> tuple[Node, int]:
        """The node that ends exactly where `tokens` ends, and how many tokens were not in the tree."""
        self._clock += 1
        node, at = self._root, 0
        while at < len(tokens):
            child = node.children.get(tokens[at])
            if child is None:
                return self._grow(node, tokens[at:]), len(tokens) - at
            common = _common(child.tokens, tokens[at : at + len(child.tokens)])
            node = self._split(child, common) if common < len(child.tokens) else child
            node.used = self._clock
            at += common
        return node, 0

    def put(self, node: Node, rows: torch.Tensor) -> None:
        """Keep what was computed for a node."""
        node.rows = rows
        self.bytes += node.bytes
        self.peak = max(self.peak, self.bytes)

    def evict(self, keep: Sequence[Node] = ()) -> None:
        """Past the bound, drop the least recently used down to 7/8 of it (so that the walk is rare); paths to `keep`
        stay."""
        if self.bytes <= self.bound:
            return
        pinned = {id(node) for end in keep for node in end.path()}
        leaves = [(node.used, id(node), node) for node in self._nodes() if not node.children and id(node) not in pinned]
        heapq.heapify(leaves)
        while leaves and 8 * self.bytes > 7 * self.bound:
            node = heapq.heappop(leaves)[2]
            parent = node.parent
            assert parent is not None
            self.bytes -= node.bytes
            del parent.children[node.tokens[0]]
            if not parent.children and parent.parent is not None and id(parent) not in pinned:
                heapq.heappush(leaves, (parent.used, id(parent), parent))

    def clear(self) -> None:
        """Forget everything."""
        self._root = Node((), None, 0)
        self.bytes = 0

    def _nodes(self) -> Iterator[Node]:
        stack = list(self._root.children.values())
        while stack:
            node = stack.pop()
            yield node
            stack.extend(node.children.values())

    def _grow(self, node: Node, tokens: Tokens) -> Node:
        start = node.start + len(node.tokens)
        for at in range(0, len(tokens), self.run):
            child = Node(tokens[at : at + self.run], node, start + at)
            child.used = self._clock
            node.children[child.tokens[0]] = child
            node = child
        return node

    def _split(self, node: Node, at: int) -> Node:
        """Cut a run in two and return the upper part; the lower stays the same object, so its ends stay valid."""
        parent = node.parent
        assert parent is not None
        upper = Node(node.tokens[:at], parent, node.start)
        upper.used = node.used
        parent.children[upper.tokens[0]] = upper
        upper.children[node.tokens[at]] = node
        if node.rows is not None:  # copies, so that dropping one half frees its memory
            upper.rows, node.rows = node.rows[:at].clone(), node.rows[at:].clone()
        node.tokens, node.start, node.parent = node.tokens[at:], node.start + at, upper
        return upper


def _common(first: Tokens, second: Tokens) -> int:
    if first == second:
        return len(first)
    return next(
        (at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second))
    )
