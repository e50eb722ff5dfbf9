"""A model folder's manifest: what the model is, and a SHA-256 of every file beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

FORMAT = "segue-model/1"
NAME = "manifest.json"

#: Graphs that are not versioned: listed, so that a copy brought along is checked, but not missed.
OPTIONAL = ("_fp16.onnx", "_fp32.onnx")


class ManifestError(Exception):
    """The folder is not what its manifest says."""


def canonical(value: object) -> str:
    """JSON with keys sorted at every depth and no white space.

    The text that JavaScript's JSON.stringify gives for the same value with sorted keys, as long as
    numbers are integers and strings hold no lone surrogates.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(manifest: dict) -> str:
    """SHA-256 (hex) of the canonical manifest without its own fingerprint."""
    body = {key: value for key, value in manifest.items() if key != "fingerprint"}
    return hashlib.sha256(canonical(body).encode("utf-8")).hexdigest()


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def entry(name: str, path: Path) -> dict:
    optional = {"optional": True} if name.endswith(OPTIONAL) else {}
    return {"path": name, "bytes": path.stat().st_size, "sha256": sha256(path), **optional}


def write(folder: Path, about: dict) -> dict:
    """Hashes every file of the folder into a manifest, writes it and returns it."""
    files = sorted(
        (path.relative_to(folder).as_posix(), path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != NAME
    )
    manifest = {
        "format": FORMAT,
        **about,
        "files": [entry(name, path) for name, path in files],
    }
    manifest["fingerprint"] = fingerprint(manifest)
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8")
    return manifest


def check(folder: Path) -> dict:
    """Reads the manifest and compares every file with it; ManifestError names the first fault."""
    try:
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ManifestError(f"{folder / NAME} cannot be read: {error}") from error
    if manifest.get("format") != FORMAT:
        raise ManifestError(f"{folder}: format {manifest.get('format')!r}, expected {FORMAT!r}")
    if manifest.get("fingerprint") != fingerprint(manifest):
        raise ManifestError(f"{folder}: the fingerprint is not that of the manifest's content")
    for entry in manifest["files"]:
        path = folder / entry["path"]
        if entry.get("optional") and not path.exists():
            continue
        if not path.is_file():
            raise ManifestError(f"{path} is missing")
        if path.stat().st_size != entry["bytes"] or sha256(path) != entry["sha256"]:
            raise ManifestError(f"{path} differs from its checksum")
    return manifest
