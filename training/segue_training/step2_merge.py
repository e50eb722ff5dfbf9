"""Step 2, merge: base + lambda x (mean of the adapters' deltas) -> a plain model folder.

1. join the adapters into one, their mean
2. choose lambda on dev, unless it is given
3. write weights, tokenizer, adapter and card
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from .encoder import Encoder, embed, load_tokenizer
from .lora import merged
from .measure import DevSet

LAMBDAS = (0.5, 0.75, 0.9, 1.0)


def merge(base: Path, adapter: Path, scale: float, out: Path, card: str) -> None:
    """Writes `out`: model.safetensors, config.json, tokenizer.json, adapter/ and MODEL_CARD.md."""
    merged(base, adapter, scale).save_pretrained(out)
    shutil.copyfile(base / "tokenizer.json", out / "tokenizer.json")
    (out / "adapter").mkdir(exist_ok=True)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        shutil.copyfile(adapter / name, out / "adapter" / name)
    (out / "MODEL_CARD.md").write_text(card, encoding="utf-8")


def choose_scale(
    base: Path,
    adapter: Path,
    dev: DevSet,
    device: str = "cpu",
    scales: Sequence[float] = LAMBDAS,
) -> dict[float, dict]:
    """Dev figures of each lambda: the weights between base and fine-tuned often generalise better
    than either [WiSE-FT, 2109.01903]."""
    tokenizer = load_tokenizer(base)
    found = {}
    for scale in scales:
        encoder = Encoder(merged(base, adapter, scale)).to(device).eval()
        found[scale] = dev.measure(lambda texts, e=encoder: embed(e, tokenizer, texts))
    return found
