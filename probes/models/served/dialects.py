"""What two kinds of server call the same things: log-probabilities of given ids, and sampled ids with theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from probes.models.engine import SampledIds, SampleIds
from probes.models.served.answer import Answer, ServerError
from probes.models.served.wire import Wire

Ids = Sequence[int]
ALL = 2**20
"""More alternatives than any vocabulary has tokens."""


class Dialect(Protocol):
    """How to ask one kind of server. `about`: what it says of itself: engine, version, model, positions."""

    about: dict[str, Any]

    def tokens(self, text: str) -> list[int] | None:
        """The ids that the server's own tokenizer gives, None where it does not say."""

    def score(self, prompt: Ids, target: Ids) -> list[Any]:
        """Log-probability in nats of every token of a target after a prompt, at temperature 1."""

    def sample(self, request: SampleIds) -> SampledIds:
        """Sampled tokens, with the log-probabilities that the server gives; none where it leaves some out."""


def dialect(wire: Wire, model: str) -> Dialect:
    """The dialect that a server speaks. `model`: its name there, where the server has several."""
    if (said := wire.get("/version")) and (version := said.at("version").read(str)):
        return VLLM(wire, model, version)
    if (props := wire.get("/props")) and props.at("build_info").content:
        return LlamaCpp(wire, props)
    raise ServerError(
        f"{wire.url} is neither vLLM (it has no /version) nor llama.cpp's server (no /props); completions over token "
        "ids with log-probabilities of given ids are needed: start one of these, or open the weights here"
    )


class VLLM:
    """vLLM's completions: `prompt_logprobs` for given ids, for which it leaves its prefix cache aside; for a single id
    `logprob_token_ids`, which uses it, where the version knows that.

    Source: https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html
    """

    def __init__(self, wire: Wire, model: str, version: str) -> None:
        self._wire, self._picks = wire, True
        said = wire.get("/v1/models")
        served = {entry.at("id").read(str): entry for entry in (said.at("data").parts() if said else [])}
        if model not in served and (model or len(served) != 1):
            raise ServerError(f"{wire.url} has the models {', '.join(served) or 'none'}; say which: server:URL#NAME")
        self._model = model or next(iter(served))
        longest = _positions(served[self._model].at("max_model_len"))
        self.about = {"engine": "vllm", "version": version, "model": self._model, "positions": longest}

    def tokens(self, text: str) -> list[int] | None:
        """Of `/tokenize`, without special tokens."""
        return _tokens(self._wire, {"model": self._model, "prompt": text, "add_special_tokens": False})

    def score(self, prompt: Ids, target: Ids) -> list[Any]:
        """Of the target as the end of a prompt; the one token generated after it is thrown away."""
        if len(target) == 1 and self._picks:
            told = self._picked(prompt, target[0])
            self._picks = told is not None  # earlier versions leave out what they do not know, without a word
            if told is not None:
                return [told]
        body = {"prompt": [*prompt, *target], "max_tokens": 1, "temperature": 0.0, "prompt_logprobs": 1}
        rows = self._choice(body).at("prompt_logprobs").parts()[len(prompt) :]
        return [row.at(str(token)).at("logprob").number() for row, token in zip(rows, target, strict=False)]

    def _picked(self, prompt: Ids, token: int) -> float | None:
        """Of one token among those that might come next."""
        body = {"prompt": list(prompt), "max_tokens": 1, "temperature": 0.0, "logprobs": 0,
                "logprob_token_ids": [token], "return_tokens_as_token_ids": True}  # fmt: skip
        told = self._choice(body).at("logprobs").at("top_logprobs").parts()[:1]
        return told[0].at(f"token_id:{token}").number() if told else None

    def sample(self, request: SampleIds) -> SampledIds:
        """Ended by our stop marks only."""
        body = {
            **_decoding(request), "max_tokens": request.max_tokens, "top_k": request.top_k or -1, "ignore_eos": True,
            "stop_token_ids": sorted(request.stop), "logprobs": 1, "return_tokens_as_token_ids": True,
            "skip_special_tokens": False,
        }  # fmt: skip
        told = self._choice(body).at("logprobs")
        ids = [_named(token) for token in told.at("tokens").parts()]
        return ended(ids, [one.number() for one in told.at("token_logprobs").parts()], request)

    def _choice(self, body: dict[str, Any]) -> Answer:
        choices = _answered(self._wire, "/v1/completions", {"model": self._model, **body}).at("choices")
        return (choices.parts() or [Answer(choices.where, None)])[0]


class LlamaCpp:
    """llama.cpp's own completions. A given id is made certain by a bias on its logit; what the server reports is the
    log-probability before biases and temperature, so it is that of the model. One request a token.

    Source: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
    """

    def __init__(self, wire: Wire, props: Answer) -> None:
        self._wire = wire
        self._letter: int | None = None
        positions = _positions(props.at("default_generation_settings").at("n_ctx"))
        name = props.at("model_alias").read(str) or props.at("model_path").read(str) or "unnamed"
        version = props.at("build_info").read(str)
        self.about = {"engine": "llama.cpp", "version": version, "model": name, "positions": positions}

    def tokens(self, text: str) -> list[int] | None:
        """Of `/tokenize`, without special tokens."""
        return _tokens(self._wire, {"content": text, "add_special": False, "parse_special": False})

    def score(self, prompt: Ids, target: Ids) -> list[Any]:
        """Token by token, each after those before it."""
        found = []
        for at, token in enumerate(target):
            body = {"prompt": [*prompt, *target[:at]], "n_predict": 1, "temperature": 0.0, "logit_bias": [[token, 1e4]]}
            told = self._told(body)[:1]
            sure = [one.at("logprob").number() for one in told if one.at("id").content == token]
            found.append(sure[0] if sure else self._among_all(body, token))
        return found

    def _among_all(self, body: dict[str, Any], token: int) -> Any:
        """Of a token that ends within a character, about which nothing is reported alone: a letter is made certain in
        its place, and all that might have stood there come with it."""
        if self._letter is None:
            self._letter = int((self.tokens("a") or [0])[0])
        told = self._told({**body, "logit_bias": [[self._letter, 1e4]], "n_probs": ALL})[:1]
        others = [other for one in told for other in one.at("top_logprobs").parts()]
        return next((one.at("logprob").number() for one in others if one.at("id").content == token), None)

    def sample(self, request: SampleIds) -> SampledIds:
        """Ended by the server's own end marks, or cut at ours.

        A turn with a token that ends within a character, such as the first of an emoji, lacks its log-probability and
        comes without any; it is scored again.
        """
        body = {**_decoding(request), "n_predict": request.max_tokens, "top_k": request.top_k, "return_tokens": True,
                "samplers": ["temperature", "top_k", "top_p", "min_p"]}  # fmt: skip
        answer = self._answer(body)
        if answer.at("tokens").content is None:
            raise ServerError(f"{self._wire.url} does not say which tokens it wrote; start a newer llama.cpp")
        ids = [token.read(int) for token in answer.at("tokens").parts()]
        told = answer.at("completion_probabilities").parts()
        whole = [one.at("id").content for one in told] == ids
        return ended(ids, [one.at("logprob").number() for one in told] if whole else [], request)

    def _told(self, body: dict[str, Any]) -> list[Answer]:
        return self._answer(body).at("completion_probabilities").parts()

    def _answer(self, body: dict[str, Any]) -> Answer:
        asked = {"n_probs": 1, "cache_prompt": True, "post_sampling_probs": False, **body}
        return _answered(self._wire, "/completion", asked)


def _answered(wire: Wire, path: str, body: dict[str, Any]) -> Answer:
    if (answer := wire.post(path, body)) is None:
        needed = "its tokenizer must be told from ours, and completions take token ids"
        raise ServerError(f"{wire.url} has no {path}: {needed}; start a server that has it, or open the weights here")
    return answer


def _tokens(wire: Wire, body: dict[str, Any]) -> list[int] | None:
    """None where the server does not say."""
    told = _answered(wire, "/tokenize", body).at("tokens")
    return None if told.content is None else [token.read(int) for token in told.parts()]


def _positions(told: Answer) -> int | None:
    """How long a prompt may be; None where the server does not say."""
    if told.content is not None and told.read(int) < 1:
        raise ServerError(f"{told.where} is {told.content}: a model with no place for a prompt; start it with more")
    return None if told.content is None else told.read(int)


def _named(token: Answer) -> int:
    """`token_id:17` as 17."""
    name = str(token.content).removeprefix("token_id:")
    if not (name.isascii() and name.isdigit() and len(name) < 10):
        raise ServerError(f"{token.where} is {name!r}"[:300] + " where token_id:NUMBER is expected; start vLLM anew")
    return int(name)


def _decoding(request: SampleIds) -> dict[str, Any]:
    """What both call the same. Seeds of servers have 31 bits."""
    named = {name: getattr(request, name) for name in ("temperature", "top_p", "min_p")}
    return {"prompt": list(request.prompt), "seed": request.seed % 2**31, **named}


def ended(ids: list[int], logprobs: list[Any], request: SampleIds) -> SampledIds:
    """A turn cut before its first stop mark; one that is shorter than it might be was ended by the server."""
    end = next((at for at, token in enumerate(ids) if token in request.stop), len(ids))
    whole = end == len(ids) and len(ids) >= request.max_tokens
    return SampledIds(ids[:end], logprobs[:end], [], "length" if whole else "end_of_turn")
