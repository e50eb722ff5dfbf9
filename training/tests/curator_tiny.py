"""Tiny random models, causal and encoder-decoder, with a byte tokenizer; requests as the pipeline
writes them."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
)

SYSTEM = {"role": "system", "content": "You are a music editor."}
CURATION = {
    "description": "Slow songs.", "themes": ["rain"], "genres": ["folk", "pop"], "moods": [],
    "activities": ["reading"], "eras": ["1990s"], "artists": ["A", "B, C"], "language": "en",
    "title_informative": False, "confidence": 0.5,
}  # fmt: skip


def request(name: str, title: str, artist: str = "A") -> dict:
    playlist = {"title": title, "tracks": [{"title": "T", "artists": [artist], "year": 1994}]}
    user = f"<playlist>\n{json.dumps(playlist)}\n</playlist>"
    messages = [SYSTEM, {"role": "user", "content": user}]
    body = {"model": "m", "messages": messages, "max_tokens": 8, "temperature": 0.2}
    return {"custom_id": f"curate:{name}:1:abc", "body": body}


def write_jsonl(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def write_model(folder: Path, encoder_decoder: bool) -> Path:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {token: i for i, token in enumerate(["<pad>", "</s>", *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>")
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    size = len(vocabulary)
    if encoder_decoder:
        config = T5Config(
            vocab_size=size, d_model=32, d_kv=16, d_ff=64, num_layers=1, num_heads=2,
            dropout_rate=0.0, pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
        )  # fmt: skip
        T5ForConditionalGeneration(config).save_pretrained(folder)
    else:
        config = LlamaConfig(
            vocab_size=size, hidden_size=32, intermediate_size=64, num_hidden_layers=1,
            num_attention_heads=2, pad_token_id=0, eos_token_id=1, bos_token_id=None,
            initializer_range=0.3,
        )  # fmt: skip
        LlamaForCausalLM(config).save_pretrained(folder)
    return folder
