import json
from pathlib import Path

import pytest

from segue_training import manifest

GOLDEN = Path(__file__).parents[2] / "test/artefact/fixtures/manifest-golden.json"


def test_gives_the_fingerprint_that_the_service_gives():
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert manifest.fingerprint(golden) == golden["fingerprint"]


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "b.bin").write_bytes(b"weights")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.json").write_text("{}")
    manifest.write(tmp_path, {"name": "m"})
    return tmp_path


def test_lists_every_file_by_path_and_accepts_its_own_folder(folder):
    assert [entry["path"] for entry in manifest.check(folder)["files"]] == ["b.bin", "sub/a.json"]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "b.bin").write_bytes(b"weightt"), "differs from its checksum"),
        (lambda f: (f / "b.bin").unlink(), "is missing"),
        (lambda f: edit(f, name="other"), "fingerprint"),
        (lambda f: edit(f, format="segue-model/9"), "format"),
        (lambda f: (f / "manifest.json").write_text("{"), "cannot be read"),
    ],
)
def test_refuses_a_folder_that_is_not_what_its_manifest_says(folder, damage, message):
    damage(folder)
    with pytest.raises(manifest.ManifestError, match=message):
        manifest.check(folder)


def edit(folder: Path, **change) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
