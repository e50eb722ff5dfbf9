"""What stands in a model folder beside the graphs: tokenizer, configuration, licence, card."""

from __future__ import annotations

import json
import shutil
from importlib import resources
from pathlib import Path

from .encoder import MAX_TOKENS, base_model_dir, load_tokenizer

TOKENIZER_CONFIG = {
    "tokenizer_class": "BertTokenizer",
    "model_max_length": MAX_TOKENS,
    "do_lower_case": True,
    "strip_accents": None,
    "tokenize_chinese_chars": True,
    "unk_token": "[UNK]",
    "sep_token": "[SEP]",
    "pad_token": "[PAD]",
    "cls_token": "[CLS]",
    "mask_token": "[MASK]",
}

BASE_CARD = """# all-MiniLM-L6-v2 for Segue

[sentence-transformers/all-MiniLM-L6-v2](https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2)
(Apache-2.0), unchanged weights, exported to ONNX with masked mean pooling and L2 normalisation
inside the graph: `input_ids`, `attention_mask` (int64 [batch, tokens]) in, `sentence_embedding`
(float32 [batch, 384]) out. No prefixes; texts are cut at 128 word-pieces.

The int8 graph is dynamically quantised: MatMul weights per channel in 7 bits (no saturation on CPUs
without VNNI), token embeddings per row in 8. Its activations are scaled per tensor, so run it one
text at a time: in a batch a vector would depend on its neighbours.
"""


def write_companions(folder: Path, tokenizer_from: Path, card: str) -> None:
    """Everything but graphs and manifest, in the form that transformers.js reads too."""
    load_tokenizer(tokenizer_from).backend_tokenizer.save(
        str(folder / "tokenizer.json"), pretty=False
    )
    config = json.loads((base_model_dir() / "config.json").read_text())
    for key in ("_name_or_path", "gradient_checkpointing", "transformers_version"):
        config.pop(key, None)
    write_json(folder / "config.json", config)
    write_json(folder / "tokenizer_config.json", TOKENIZER_CONFIG)
    licence = resources.files("segue_training") / "assets" / "LICENSE-Apache-2.0.txt"
    with resources.as_file(licence) as path:
        shutil.copyfile(path, folder / "LICENSE")
    (folder / "README.md").write_text(card, encoding="utf-8")


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
