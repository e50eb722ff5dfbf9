"""int8's rounding in torch, so that the last steps of training can take it into account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


class Straight(torch.autograd.Function):
    """Rounds forwards, passes the gradient on backwards."""

    @staticmethod
    def forward(ctx, exact: torch.Tensor, rounded: torch.Tensor) -> torch.Tensor:
        return rounded

    @staticmethod
    def backward(ctx, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return gradient, None


def round_activation(x: torch.Tensor) -> torch.Tensor:
    """DynamicQuantizeLinear: 8 bits, one scale and zero point a text (x is [batch, tokens, width])."""
    low = x.detach().amin((1, 2), keepdim=True).clamp(max=0)
    high = x.detach().amax((1, 2), keepdim=True).clamp(min=0)
    step = ((high - low) / 255).clamp(min=1e-9)
    zero = torch.round(-low / step)
    rounded = (torch.clamp(torch.round(x.detach() / step) + zero, 0, 255) - zero) * step
    return Straight.apply(x, rounded)


def round_weight(weight: torch.Tensor, bits: int = 7) -> torch.Tensor:
    """Symmetric, one scale an output channel (weight is [out, in])."""
    step = weight.abs().amax(1, keepdim=True).clamp(min=1e-9) / (2 ** (bits - 1) - 1)
    return torch.round(weight / step) * step


@contextmanager
def rounded_activations(transformer: nn.Module) -> Iterator[None]:
    """Within the block every frozen linear layer reads rounded activations and rounded weights.

    PEFT's layers keep the frozen weight in `base_layer`; the adapter's own part stays exact, as its
    sum with the base is only rounded at export.
    """
    undo = []
    for name, layer in transformer.named_modules():
        if isinstance(layer, nn.Linear) and "lora_" not in name and layer.in_features >= 64:
            hook = layer.register_forward_pre_hook(lambda _, args: (round_activation(args[0]),))
            exact = layer.weight.data
            layer.weight.data = round_weight(exact)
            undo.append((hook, layer, exact))
    try:
        yield
    finally:
        for hook, layer, exact in undo:
            hook.remove()
            layer.weight.data = exact
