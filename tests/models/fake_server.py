"""A server that speaks vLLM's or llama.cpp's completions about a made-up model, and breaks as it is told."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

VOCABULARY = 320


def row(prompt, weights=0):
    """Log-probabilities [VOCABULARY] after a prompt: any function of it is a causal model."""
    seed = hashlib.sha256(repr((weights, [int(token) for token in prompt[-3:]])).encode()).digest()[:8]
    logits = 2 * np.random.default_rng(int.from_bytes(seed, "big")).normal(size=VOCABULARY)
    return logits - np.log(np.exp(logits).sum())


class Fake(ThreadingHTTPServer):
    """`faults` are met by the next completions, one each; `broken` changes every answer; `weights` are its model;
    `picks`: a vLLM that tells chosen tokens."""

    daemon_threads = True

    def __init__(self, tokenizer, kind="vllm"):
        super().__init__(("127.0.0.1", 0), _Answers)
        self.tokenizer, self.kind, self.picks = tokenizer, kind, True
        self.faults, self.broken, self.weights, self.asked, self.most, self.now = [], "", 0, [], 0, 0
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def source(self):
        return f"server:http://127.0.0.1:{self.server_port}"

    def sampled(self, body, limit):
        """(ids, log-probabilities): the made-up model's own, at temperature 1, unless it is told to heat them."""
        rng, ids, told = np.random.default_rng(body.get("seed", 0)), [], []
        for _ in range(limit):
            plain = row([*body["prompt"], *ids], self.weights)
            heat = body["temperature"]
            shares = np.exp(plain / heat) if heat else (plain == plain.max()).astype(float)
            token = int(rng.choice(VOCABULARY, p=shares / shares.sum()))
            ids.append(token)
            heated = self.broken == "heated" and heat
            told.append(float(np.log(shares / shares.sum())[token] if heated else plain[token]))
            if token in body.get("stop_token_ids", []):
                break
        return ids, told


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        models = {"data": [{"id": "m", "max_model_len": 4096}]}
        known = {"vllm": {"/version": {"version": "0.20.2"}, "/v1/models": models},
                 "llama.cpp": {"/props": {"build_info": "b1", "model_path": "m.gguf"}}}  # fmt: skip
        told = known.get(self.server.kind, {}).get(self.path)
        self._say(told or {"error": "no such path"}, 200 if told else 404)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/tokenize":
            text = body.get("prompt") or body.get("content")
            ids = self.server.tokenizer(text, add_special_tokens=False)["input_ids"]
            return self._say({"tokens": [token + (self.server.broken == "tokenizer") for token in ids]})
        with self.server.lock:
            self.server.asked.append(body)
            fault = self.server.faults.pop(0) if self.server.faults else None
        self._completion(body, fault)

    def _completion(self, body, fault):
        if isinstance(fault, int):
            return self._say({"error": "busy"}, fault)
        with self.server.lock:
            self.server.now += 1
            self.server.most = max(self.server.most, self.server.now)
        answer = self._vllm(body) if self.server.kind == "vllm" else self._llama(body)
        with self.server.lock:
            self.server.now -= 1
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if fault == "cut" else content)
        self.close_connection = fault == "cut"

    def _number(self, value):
        return {"nan": float("nan"), "missing": None}.get(self.server.broken, float(value))

    def _vllm(self, body):
        prompt, choice = body["prompt"], {}
        if "prompt_logprobs" in body and self.server.broken != "none given":
            rows = [{str(prompt[k]): {"logprob": self._number(row(prompt[:k], self.server.weights)[prompt[k]])}}
                    for k in range(1, len(prompt))]  # fmt: skip
            choice["prompt_logprobs"] = [None, *rows]
        if "logprobs" in body:
            ids, told = self.server.sampled(body, body["max_tokens"])
            choice["logprobs"] = {"tokens": [f"token_id:{token}" for token in ids], "token_logprobs": told}
            if self.server.picks and "logprob_token_ids" in body:
                plain = row(prompt, self.server.weights)
                named = {f"token_id:{token}": self._number(plain[token]) for token in body["logprob_token_ids"]}
                choice["logprobs"]["top_logprobs"] = [named]
        return {"choices": [choice]}

    def _llama(self, body):
        plain = row(body["prompt"], self.server.weights)
        if body.get("logit_bias"):
            ids = [body["logit_bias"][0][0]]
            told = [self._number(plain[ids[0]])]
        else:
            ids, told = self.server.sampled(body, body["n_predict"])
        probabilities = [{"id": i, "logprob": p} for i, p in zip(ids, told, strict=True)]
        if self.server.broken == "characters":  # nothing of tokens that end within one
            letter = self.server.tokenizer("a")["input_ids"][0]
            probabilities = [one for one in probabilities if one["id"] % 2 or one["id"] == letter]
        if body["n_probs"] > 1 and probabilities:
            probabilities[0]["top_logprobs"] = [{"id": k, "logprob": float(p)} for k, p in enumerate(plain)]
        return {"completion_probabilities": probabilities, "tokens": ids}

    def _say(self, told, code=200):
        content = json.dumps(told).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
