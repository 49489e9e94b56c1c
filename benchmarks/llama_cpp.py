"""llama.cpp behind its own C interface, on the same float32 weights, with keys and values in float32.

The package is built for AVX2; `LLAMA_CPP_LIB` names another build of the same library, such as one with AVX-512.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.work import Ids
from probes.models.asking import shared_length
from probes.models.engine import ScoreIds

C = """
typedef int32_t llama_token; typedef int32_t llama_pos; typedef int32_t llama_seq_id;
struct llama_model_params { char all[256]; };
struct llama_context_params {
    uint32_t n_ctx, n_batch, n_ubatch, n_seq_max, n_rs_seq, n_outputs_max, n_outputs_max_per_seq;
    int32_t n_threads, n_threads_batch, kinds[5]; float rope[6]; uint32_t yarn; float defrag; void * eval[2];
    int32_t type_k, type_v; char rest[256];
};
struct llama_batch { int32_t n_tokens; llama_token * token; float * embd; llama_pos * pos; int32_t * n_seq_id;
                     llama_seq_id ** seq_id; int8_t * logits; };
void llama_log_set(void (* told)(int, const char *, void *), void * data);
void llama_backend_init(void);
void ggml_backend_load_all_from_path(const char * folder);
struct llama_model_params llama_model_default_params(void);
struct llama_context_params llama_context_default_params(void);
void * llama_model_load_from_file(const char * path, struct llama_model_params params);
void * llama_init_from_model(void * model, struct llama_context_params params);
void * llama_get_memory(void * context);
const void * llama_model_get_vocab(void * model);
int32_t llama_vocab_n_tokens(const void * vocab);
struct llama_batch llama_batch_init(int32_t tokens, int32_t embd, int32_t sequences);
int32_t llama_decode(void * context, struct llama_batch batch);
float * llama_get_logits_ith(void * context, int32_t place);
void llama_memory_clear(void * memory, bool data);
bool llama_memory_seq_rm(void * memory, llama_seq_id row, llama_pos first, llama_pos end);
const char * llama_print_system_info(void);
void llama_batch_free(struct llama_batch batch); void llama_free(void * context); void llama_model_free(void * model);
"""
"""Of `llama.h`, what is used; what stands behind the fields that are set here is passed on as it is."""
FLASH = 4
"""Where `flash_attn_type` stands among the kinds."""
WIDTH = 2048
"""Tokens of a batch; llama.cpp computes 512 of them at a time, its default."""


def library() -> Path | None:
    """Where the shared library is, None where there is none."""
    found = importlib.util.find_spec("xllamacpp")
    inside = [Path(found.origin).parent / "xllamacpp.abi3.so"] if found and found.origin else []
    named = [Path(os.environ["LLAMA_CPP_LIB"])] if "LLAMA_CPP_LIB" in os.environ else inside
    return next((path for path in named if path.exists()), None)


class LlamaCpp:
    """A model and a context of `rows` sequences, each of at most `longest` tokens."""

    def __init__(self, path: Path, rows: int, longest: int) -> None:
        from cffi import FFI

        self.ffi = FFI()
        self.ffi.cdef(C)
        self.lib = self.ffi.dlopen(str(library()))
        self.silent = self.ffi.callback("void(int, const char *, void *)", lambda *told: None)
        self.lib.llama_log_set(self.silent, self.ffi.NULL)
        self.lib.llama_backend_init()
        if "LLAMA_CPP_LIB" in os.environ:  # there the kinds of processor may be libraries of their own
            self.lib.ggml_backend_load_all_from_path(str(library().parent).encode())
        self.model = self.lib.llama_model_load_from_file(str(path).encode(), self.lib.llama_model_default_params())
        asked = self.lib.llama_context_default_params()
        asked.n_ctx, asked.n_seq_max = rows * longest, rows
        asked.n_batch = WIDTH
        asked.type_k = asked.type_v = asked.kinds[FLASH] = 0  # float32, and no attention in half precision
        asked.n_threads = asked.n_threads_batch = torch.get_num_threads()
        self.context = self.lib.llama_init_from_model(self.model, asked)
        assert self.context != self.ffi.NULL, f"llama.cpp takes no context of {rows} x {longest}"
        self.memory = self.lib.llama_get_memory(self.context)
        self.batch = self.lib.llama_batch_init(WIDTH, 0, 1)
        self.vocabulary = self.lib.llama_vocab_n_tokens(self.lib.llama_model_get_vocab(self.model))

    @property
    def build(self) -> str:
        """Which instructions it computes with."""
        told = self.ffi.string(self.lib.llama_print_system_info()).decode()
        return " ".join(
            part.split()[0] for part in told.removeprefix("CPU :").split("|") if "AVX" in part and "= 1" in part
        )

    def close(self) -> None:
        self.lib.llama_batch_free(self.batch)
        self.lib.llama_free(self.context)
        self.lib.llama_model_free(self.model)

    def feed(self, tokens: Sequence[tuple[int, int, int, bool]]) -> None:
        """(id, position, sequence, whether its logits are read) each, in one batch."""
        for at in range(0, len(tokens), WIDTH):
            part = tokens[at : at + WIDTH]
            self.batch.n_tokens = len(part)
            for k, (token, place, row, read) in enumerate(part):
                self.batch.token[k], self.batch.pos[k], self.batch.logits[k] = token, place, read
                self.batch.n_seq_id[k], self.batch.seq_id[k][0] = 1, row
            assert self.lib.llama_decode(self.context, self.batch) == 0, "llama.cpp refuses the batch"

    def logits(self, place: int) -> np.ndarray:
        """Of the token at this place of the last batch, not copied."""
        found = self.lib.llama_get_logits_ith(self.context, place)
        return np.frombuffer(self.ffi.buffer(found, 4 * self.vocabulary), dtype=np.float32)

    def scores(self, items: Sequence[ScoreIds]) -> list[list[float]]:
        """Nats of single tokens, in sorted order with the beginning that a prompt shares with the last one kept, as its
        server keeps it."""
        self.lib.llama_memory_clear(self.memory, True)
        out: list[list[float]] = [[] for _ in items]
        held: Ids = ()
        for k in sorted(range(len(items)), key=lambda k: items[k].prompt):
            prompt = items[k].prompt
            common = min(shared_length(held, prompt), len(prompt) - 1)
            self.lib.llama_memory_seq_rm(self.memory, 0, common, -1)
            self.feed([(prompt[at], at, 0, at == len(prompt) - 1) for at in range(common, len(prompt))])
            row = torch.from_numpy(self.logits(-1).copy()).log_softmax(-1)
            out[k], held = [float(row[target[0]]) for target in items[k].targets], prompt
        return out

    def hold(self, prompts: Sequence[Ids]) -> None:
        """Read all but the last token of every prompt, each in a sequence of its own."""
        self.lib.llama_memory_clear(self.memory, True)
        for row, prompt in enumerate(prompts):
            self.feed([(token, at, row, False) for at, token in enumerate(prompt[:-1])])

    def greedy(self, prompts: Sequence[Ids], count: int) -> list[list[int]]:
        """The likeliest tokens after prompts that are held, all rows in one batch a step."""
        last, out = [prompt[-1] for prompt in prompts], [[] for _ in prompts]
        for row, prompt in enumerate(prompts):
            self.lib.llama_memory_seq_rm(self.memory, row, len(prompt) - 1, -1)
        for step in range(count):
            self.feed([(last[row], len(prompt) - 1 + step, row, True) for row, prompt in enumerate(prompts)])
            last = [int(self.logits(row).argmax()) for row in range(len(prompts))]
            for row, token in enumerate(last):
                out[row].append(token)
        return out
