"""LoRA adapters: made, loaded, scaled, averaged, merged [Hu et al., 2106.09685]."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from peft import LoraConfig, PeftModel, get_peft_model
from peft.tuners.lora import Linear as LoraLinear
from safetensors.torch import load_file, save_file
from torch import nn

from .encoder import BASE_ID, load_transformer
from .hyperparameters import Hyperparameters


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
    a third of the kernels, which is what a GPU waits for, and without a pass over the activations
    for each B(Ax), which is what a CPU waits for."""
    for layer in model.modules():
        if isinstance(layer, LoraLinear):
            layer.forward = partial(fused_forward, layer)


def fused_forward(layer: LoraLinear, x: torch.Tensor) -> torch.Tensor:
    base = layer.base_layer
    a, b = layer.lora_A["default"].weight, layer.lora_B["default"].weight
    with torch.autocast(x.device.type, enabled=False):
        weight = base.weight + layer.scaling["default"] * (b @ a)
    return F.linear(x, weight, base.bias)


def average(adapters: Sequence[Path], out: Path) -> None:
    """One adapter in `out` whose delta is the mean of the others', the mean of several runs being
    better than each ("model soups") [2203.05482]: their ranks stand side by side, in fp16."""
    weights: dict[str, list[torch.Tensor]] = {}
    configs = [LoraConfig.from_pretrained(str(adapter)) for adapter in adapters]
    for adapter, config in zip(adapters, configs, strict=True):
        share = config.lora_alpha / config.r / len(adapters)
        for name, value in load_file(adapter / "adapter_model.safetensors").items():
            weights.setdefault(name, []).append(value * share if "lora_B" in name else value)
    joined = {
        name: torch.cat(parts, dim=1 if "lora_B" in name else 0).half().contiguous()
        for name, parts in weights.items()
    }
    config = configs[0]
    config.r = config.lora_alpha = sum(item.r for item in configs)
    config.base_model_name_or_path = BASE_ID
    config.target_modules = sorted(config.target_modules)
    out.mkdir(parents=True, exist_ok=True)
    config.save_pretrained(out)
    save_file(joined, out / "adapter_model.safetensors")


def merged(base: Path, adapter: Path, scale: float = 1.0) -> nn.Module:
    """The base with scale x the adapter's delta added to its weights."""
    tuned = PeftModel.from_pretrained(load_transformer(base), str(adapter)).merge_and_unload()
    weights = load_transformer(base).state_dict()
    with torch.no_grad():
        for name, value in tuned.state_dict().items():
            value.copy_(weights[name].lerp(value, scale))
    return tuned
