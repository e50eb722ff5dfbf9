"""LoRA adapters: made, loaded, scaled, averaged, merged [Hu et al., 2106.09685]."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners.lora import Linear as LoraLinear
from torch import nn

from .encoder import load_transformer
from .hyperparameters import Hyperparameters
from .quantised import Straight, round_activation, round_weight


def add_adapter(transformer: nn.Module, settings: Hyperparameters) -> PeftModel:
    """A fresh adapter on every linear layer of the encoder; the base stays frozen."""
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=0.0,
        bias="none",
        target_modules=list(settings.targets),
        task_type="FEATURE_EXTRACTION",
    )
    return get_peft_model(transformer, config)


def fuse(model: PeftModel) -> None:
    """Computes W + s BA once a step in place of Wx + s B(Ax): the same function and gradients with
    a third of the kernels, which is what a GPU waits for. On a CPU the arithmetic counts: leave it.
    """
    for layer in model.modules():
        if isinstance(layer, LoraLinear):
            layer.rounded = False
            layer.forward = partial(fused_forward, layer)


def fused_forward(layer: LoraLinear, x: torch.Tensor) -> torch.Tensor:
    base = layer.base_layer
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    with torch.autocast(x.device.type, enabled=False):
        weight = base.weight + layer.scaling["default"] * (b @ a)
        if layer.rounded:
            x = round_activation(x.float())
            weight = Straight.apply(weight, round_weight(weight.detach()))
    return F.linear(x, weight, base.bias)


def merged(base: Path, adapters: Sequence[Path], scale: float = 1.0) -> nn.Module:
    """The base with scale x the mean of the adapters' deltas added to its weights."""
    transformer = load_transformer(base)
    weights = transformer.state_dict()
    totals: dict[str, torch.Tensor] = {}
    for adapter in adapters:
        tuned = PeftModel.from_pretrained(load_transformer(base), str(adapter)).merge_and_unload()
        for name, value in tuned.state_dict().items():
            totals[name] = totals.get(name, 0) + (value.double() - weights[name].double())
    share = scale / len(adapters)
    state = {name: (weights[name].double() + share * totals[name]).float() for name in weights}
    transformer.load_state_dict(state)
    return transformer
