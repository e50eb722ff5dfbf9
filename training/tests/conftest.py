"""A tiny encoder of the real shape of input and output, and the data folder where it is at hand."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from segue_training.encoder import base_model_dir
from segue_training.shared_data import SharedData, shared_dir

ROOT = Path(__file__).parents[2]
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory) -> Path:
    """One random layer with the base model's vocabulary, tokenizer and 384 dimensions."""
    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30522, hidden_size=384, num_hidden_layers=1, num_attention_heads=12,
        intermediate_size=64, initializer_range=0.2,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    shutil.copyfile(base_model_dir() / "tokenizer.json", folder / "tokenizer.json")
    return folder


@pytest.fixture(scope="session")
def shared() -> SharedData:
    try:
        return SharedData(shared_dir(Path(os.environ.get("SEGUE_SHARED", ROOT / "../shared"))))
    except FileNotFoundError as error:
        if os.environ.get("SEGUE_REQUIRE_ALL") == "1":
            raise
        pytest.skip(str(error))
