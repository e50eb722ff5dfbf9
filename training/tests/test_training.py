"""The whole recipe on a tiny encoder: resumed runs, learning, merge."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from segue_training import train_data
from segue_training.encoder import Encoder, embed, load_tokenizer, load_transformer, pad, tokenize
from segue_training.hyperparameters import Hyperparameters, Stage
from segue_training.lora import add_adapter, average, fuse, merged
from segue_training.recipe import fit, shuffled
from segue_training.step1_train import RunError, train
from segue_training.train_data import Row, TrainingData

WORDS = [
    "jazz",
    "rock",
    "folk",
    "soul",
    "disco",
    "techno",
    "punk",
    "metal",
    "blues",
    "salsa",
    "reggae",
    "house",
]
DATA = TrainingData(
    tuple(
        Row(f"{a} {b} songs", (f"{a}-{b}",), (f"{b}-{a}",), "llm")
        for a in WORDS[:6]
        for b in WORDS[6:]
    ),
    {f"{a}-{b}": f"a playlist of {a}, then {b}" for a in WORDS for b in WORDS if a != b},
)
SETTINGS = Hyperparameters(
    seed=3,
    rank=4,
    alpha=8,
    stage1=Stage(epochs=3, batch=8, learning_rate=5e-3),
    stage2=Stage(epochs=2, batch=8, learning_rate=1e-3, negatives=1, mixed_in=0.5),
)


def test_a_run_leaves_its_card_curves_and_adapter_and_refuses_other_settings(tiny_base, tmp_path):
    rows, documents, run = tmp_path / "rows", tmp_path / "documents", tmp_path / "run"
    train_data.write(DATA, rows, documents)
    short = replace(SETTINGS, stage1=Stage(1, 8, 1e-3), stage2=None)
    summary = train(run, short, None, rows, documents, tiny_base)
    card = (run / "README.md").read_text()
    for said in (DATA.digest(), "36 llm", "| stage1 | 1 |", f"| torch | {torch.__version__} |"):
        assert said in card
    assert (run / "curves.png").stat().st_size > 1000
    assert (run / "adapter" / "adapter_model.safetensors").exists()
    assert json.loads((run / "config.json").read_text())["data"] == summary["data"]
    with pytest.raises(RunError, match="other settings"):
        train(run, replace(short, rank=2), None, rows, documents, tiny_base)


class KilledError(Exception):
    pass


@pytest.mark.parametrize("after", [2, 7, 14])
def test_a_killed_run_goes_on_with_the_same_curve(tiny_base, tmp_path, monkeypatch, after):
    whole = fit(tiny_base, DATA, SETTINGS, quiet=True)
    from segue_training.trainer import StageTrainer

    step, done = StageTrainer.step, []

    def mortal(self, batch):
        done.append(self.name)
        if len(done) > after:
            raise KilledError
        return step(self, batch)

    with monkeypatch.context() as patch:
        patch.setattr(StageTrainer, "step", mortal)
        with pytest.raises(KilledError):
            fit(tiny_base, DATA, SETTINGS, checkpoints=tmp_path, save_every=1, quiet=True)
    resumed = fit(tiny_base, DATA, SETTINGS, checkpoints=tmp_path, save_every=1, quiet=True)
    assert resumed.losses == whole.losses
    assert len(whole.losses["stage1"]) >= 9
    text = ["jazz punk songs"]
    assert np.allclose(resumed.embed(text), whole.embed(text), atol=1e-6)


def test_ctrl_c_says_how_to_go_on(tiny_base, tmp_path, monkeypatch, capsys):
    from segue_training.__main__ import main
    from segue_training.trainer import StageTrainer

    def interrupted(self, batch):
        raise KeyboardInterrupt

    monkeypatch.setattr(StageTrainer, "step", interrupted)
    files = {name: tmp_path / name for name in ("rows", "documents", "run")}
    train_data.write(DATA, files["rows"], files["documents"])
    options = [text for name, path in files.items() for text in (f"--{name}", str(path))]
    assert main(["train", "--base", str(tiny_base), *options]) == 130
    assert "goes on from its last checkpoint" in capsys.readouterr().err


def test_another_seed_gives_another_curve(tiny_base):
    short = replace(SETTINGS, stage2=None, stage1=replace(SETTINGS.stage1, epochs=1))
    first = fit(tiny_base, DATA, short, quiet=True)
    again = fit(tiny_base, DATA, short, quiet=True)
    other = fit(tiny_base, DATA, replace(short, seed=4), quiet=True)
    assert first.losses == again.losses
    assert first.losses != other.losses


def test_training_learns_and_shuffled_pairs_do_not_teach(tiny_base):
    stage = Stage(epochs=25, batch=12, learning_rate=1e-2)
    plain = replace(SETTINGS, typos=0.0, cuts=0.0, stage1=stage, stage2=None)
    keys = list(DATA.documents)

    def hits(outcome) -> float:
        documents = outcome.embed(list(DATA.documents.values()))
        queries = outcome.embed([row.query for row in DATA.rows])
        found = (queries @ documents.T).argmax(axis=1)
        pairs = zip(found, DATA.rows, strict=True)
        return float(np.mean([keys[i] == row.positives[0] for i, row in pairs]))

    taught = hits(fit(tiny_base, DATA, plain, quiet=True))
    misled = hits(fit(tiny_base, shuffled(DATA, 1), plain, quiet=True))
    assert taught > misled + 0.2


def test_settings_survive_json():
    for settings in (SETTINGS, replace(SETTINGS, stage2=None)):
        text = json.dumps(settings.to_json())
        assert Hyperparameters.from_json(json.loads(text)) == settings


def adapted(tiny_base, seed: int):
    torch.manual_seed(seed)
    model = add_adapter(load_transformer(tiny_base), SETTINGS)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.05)
    return model


def test_fused_layers_compute_the_same_embedding_and_gradient(tiny_base):
    model = adapted(tiny_base, 1)
    batch = pad(tokenize(load_tokenizer(tiny_base), ["jazz", "a longer query about punk"]))

    def run():
        model.zero_grad()
        out = Encoder(model)(*batch)
        (out[0] @ out[1]).backward()
        return out.detach(), [p.grad.clone() for p in model.parameters() if p.requires_grad]

    before, gradients = run()
    fuse(model)
    after, fused = run()
    assert torch.allclose(before, after, atol=1e-5)
    assert all(torch.allclose(a, b, atol=1e-4) for a, b in zip(gradients, fused, strict=True))


def test_merging_adds_scale_times_the_mean_delta(tiny_base, tmp_path):
    models = [adapted(tiny_base, seed) for seed in (1, 2)]
    folders = [tmp_path / "0", tmp_path / "1"]
    for folder, model in zip(folders, models, strict=True):
        model.save_pretrained(folder)
    average(folders, tmp_path / "mean")

    def weights(adapter, scale=1.0):
        return merged(tiny_base, adapter, scale).state_dict()

    base = load_transformer(tiny_base).state_dict()
    singles = [weights(folder) for folder in folders]
    half, none = weights(tmp_path / "mean", 0.5), weights(tmp_path / "mean", 0.0)
    for name, value in base.items():
        mean = (singles[0][name] + singles[1][name]) / 2
        assert torch.allclose(half[name], value + 0.5 * (mean - value), atol=1e-4)
        assert torch.equal(none[name], value)
    tokenizer = load_tokenizer(tiny_base)
    one = embed(Encoder(merged(tiny_base, folders[0])), tokenizer, ["jazz"])
    assert np.allclose(one, embed(Encoder(models[0]).eval(), tokenizer, ["jazz"]), atol=1e-5)
