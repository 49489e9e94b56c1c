"""A model of the Llama architecture as a GGUF file in float32, for llama.cpp."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any


def written(model: Any, path: Path, vocabulary: Callable[[Any], object] | None = None) -> Path:
    """The weights of a Llama in float32 as a GGUF file.

    vocabulary : adds that of a tokenizer to the writer; by default there is none, and what passes are token ids.
    """
    import gguf

    config, heads = model.config, (model.config.num_attention_heads, model.config.num_key_value_heads)
    out = gguf.GGUFWriter(path, "llama")
    if vocabulary is None:
        out.add_tokenizer_model("none")
        out.add_vocab_size(model.get_input_embeddings().weight.shape[0])
    else:
        vocabulary(out)
    out.add_context_length(config.max_position_embeddings)
    out.add_embedding_length(config.hidden_size)
    out.add_block_count(config.num_hidden_layers)
    out.add_feed_forward_length(config.intermediate_size)
    out.add_head_count(heads[0])
    out.add_head_count_kv(heads[1])
    out.add_layer_norm_rms_eps(config.rms_norm_eps)
    out.add_rope_freq_base(float(config.rope_parameters["rope_theta"]))
    out.add_rope_dimension_count(config.hidden_size // heads[0])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    tied = model.get_output_embeddings().weight is model.get_input_embeddings().weight
    for name, weight in model.state_dict().items():
        values = weight.float().numpy()
        for part, count in (("q_proj", heads[0]), ("k_proj", heads[1])):
            if part in name:  # pairs of a rotation lie beside one another there
                values = values.reshape(count, 2, -1, values.shape[1]).swapaxes(1, 2).reshape(values.shape)
        if not (tied and name.startswith("lm_head")):
            out.add_tensor(names.get_name(name, try_suffixes=(".weight",)), values)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    return path
