"""What is done to the weights before int8, so that it costs less: nothing changes in fp32.

Dynamic int8 has one step for all activations of a text, and a few channels are many times larger
than the rest. What enters attention and feed-forward is divided by a scale per channel, which the
weights take over [SmoothQuant, 2211.10438]. The largest of the 1,536 channels inside a feed-forward
layer stay in fp32, beside the int8 rest [LLM.int8(), 2208.07339]: they do half of int8's damage.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from .document import playlist_text
from .encoder import Encoder, pad, tokenize

#: layers that read the same activations and are smoothed together
SMOOTHED = (
    ("attention.self.query", "attention.self.key", "attention.self.value"),
    ("intermediate.dense",),
)
#: how far the scale follows the activations (1) and not the weights (0)
FOLLOW = 0.6
#: channels of a feed-forward layer in fp32
OUTLIERS = 64


class Smoothed(nn.Module):
    """The same function as `linear`, computed on channels divided by `scale`."""

    def __init__(self, linear: nn.Linear, scale: torch.Tensor):
        super().__init__()
        self.linear = linear
        self.register_buffer("inverse", 1 / scale)
        linear.weight.data *= scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(x * self.inverse)


class Split(nn.Module):
    """The same function as `linear`, its first `count` channels apart (`kept`, to stay in fp32)."""

    def __init__(self, linear: nn.Linear, count: int):
        super().__init__()
        first, rest = linear.weight.data.split([count, linear.in_features - count], dim=1)
        self.sizes = [first.shape[1], rest.shape[1]]
        self.kept = nn.Linear(first.shape[1], len(first), bias=False)
        self.kept.weight.data = first.contiguous()
        linear.weight.data = rest.contiguous()
        self.linear = linear

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        first, rest = x.split(self.sizes, dim=-1)
        return self.kept(first) + self.linear(rest)


def prepare(transformer: nn.Module, tokenizer, texts: Sequence[str]) -> None:
    """Changes a BERT encoder in place; `texts` are a few hundred typical queries and documents."""
    largest = activation_maxima(transformer, tokenizer, texts)
    for layer in transformer.encoder.layer:
        up, down = layer.intermediate.dense, layer.output.dense
        order = largest[down].argsort(descending=True)
        up.weight.data, up.bias.data = up.weight.data[order], up.bias.data[order]
        down.weight.data = down.weight.data[:, order]
        layer.output.dense = Split(down, min(OUTLIERS, len(order) // 2))
        for names in SMOOTHED:
            linears = [layer.get_submodule(name) for name in names]
            weight = torch.stack([item.weight.detach().abs().amax(0) for item in linears]).amax(0)
            activation = largest[linears[0]].clamp(min=1e-4)
            scale = activation**FOLLOW / weight.clamp(min=1e-4) ** (1 - FOLLOW)
            for name, linear in zip(names, linears, strict=True):
                layer.set_submodule(name, Smoothed(linear, scale))


@torch.inference_mode()
def activation_maxima(
    transformer: nn.Module, tokenizer, texts: Sequence[str], batch: int = 32
) -> dict[nn.Module, torch.Tensor]:
    """Largest absolute input of each linear layer's channels, padding left out."""
    found: dict[nn.Module, torch.Tensor] = {}
    mask = torch.ones(0)

    def look(layer: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        peak = inputs[0][mask.bool()].abs().amax(0)
        found[layer] = torch.maximum(found.get(layer, peak), peak)

    linears = [m for m in transformer.encoder.modules() if isinstance(m, nn.Linear)]
    hooks = [layer.register_forward_pre_hook(look) for layer in linears]
    encoder, ids = Encoder(transformer), sorted(tokenize(tokenizer, texts), key=len)
    for start in range(0, len(ids), batch):
        padded, mask = pad(ids[start : start + batch])
        encoder(padded, mask)
    for hook in hooks:
        hook.remove()
    return found


def calibration_texts(folder: Path, count: int = 200) -> list[str]:
    """Documents and LLM-written queries of a catalogue folder's train split, evenly drawn: reads
    playlists.jsonl, curation.jsonl, queries-llm.jsonl and splits.tsv."""

    def rows(name: str) -> list[dict]:
        with (folder / name).open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    splits = dict(
        line.split("\t") for line in (folder / "splits.tsv").read_text("utf-8").splitlines()
    )
    answers = {row["id"]: row for row in rows("curation.jsonl")}
    documents = [
        playlist_text(row, answers.get(row["id"]))
        for row in rows("playlists.jsonl")
        if splits.get(row["id"]) == "train"
    ]
    queries = [
        text
        for row in rows("queries-llm.jsonl")
        if splits.get(row["id"]) == "train"
        for _, text in row["queries"]
    ]
    return [
        text for texts in (documents, queries) for text in texts[:: max(1, len(texts) // count)]
    ]
