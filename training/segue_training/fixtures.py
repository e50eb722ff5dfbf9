"""Golden files that hold the TypeScript side to this one: token ids, embeddings, document texts,
manifest fingerprint. `python -m segue_training fixtures` writes them."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

from . import manifest
from .document import playlist_text
from .encoder import Encoder, base_model_dir, embed, load_tokenizer, load_transformer, tokenize

ALPHABETS = {
    "latin": (0x20, 0x17F),
    "combining": (0x300, 0x36F),
    "greek and cyrillic": (0x370, 0x52F),
    "hebrew and arabic": (0x590, 0x6FF),
    "indic": (0x900, 0xDFF),
    "thai": (0xE00, 0xE7F),
    "hangul": (0xAC00, 0xAE00),
    "kana": (0x3040, 0x30FF),
    "ideographs": (0x4E00, 0x5100),
    "ideographs beyond the first plane": (0x20000, 0x20100),
    "latin additional": (0x1E00, 0x1FFF),
    "punctuation and symbols": (0x2000, 0x2BFF),
    "wide forms": (0xFF00, 0xFFEF),
    "emoji": (0x1F300, 0x1F6FF),
    "controls": (0x00, 0x9F),
    "specials": (0xFFF0, 0xFFFF),
    "private use": (0xE000, 0xE020),
}
WRITTEN = [
    "",
    " ",
    "\t\r\n",
    "\u00a0\u2003\u200b\ufeff",
    "a\u0000b\u0007c\ufffdd",
    "rainy sunday indie folk",
    "Beyoncé, Björk & Sigur Rós — Ágætis byrjun",
    "e\u0301 vs \u00e9, Å vs \u212b, ﬁ vs fi",
    "İstanbul'da bir gün, ıssız",
    "STRASSE straße ẞ",
    "ΑΣ ας Σ",
    "夜に駆ける 夜の歌",
    "한국 인디 음악",
    "موسيقى عربية هادئة",
    "שירים לשבת",
    "लो-फाई बीट्स",
    "เพลงเศร้า",
    "👩‍👩‍👧‍👦 🏳️‍🌈 🇧🇷 ❤️‍🔥 ✨chill✨",
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
    "[cls]not special[sep]",
    "##ing ##s",
    "don't stop believin' (live) [remastered 2011]",
    "AC/DC + P!nk @ ¡Olé! 100%",
    "https://example.org/playlist?id=1&x=2",
    "a" * 99,
    "a" * 100,
    "a" * 101,
    "é" * 100,
    "x" * 10_000,
    "love " * 2_000,
    "夜" * 10_000,
    "🎵" * 3_333,
    "!" * 10_000,
    "a\u0301" * 120,
    "\U000e0067\U000e007f tags \u2066isolates\u2069 \u202eoverride",
    "1990s 90's ’90s ‘90s 90s",
    "½ ² ³ ① Ⅳ",
    "C♯ D♭ ♪♫",
    "line\u2028separator\u2029paragraph\u0085next",
]


def write_all(root: Path) -> list[Path]:
    """Writes every golden file of the repository at `root` from its demo catalogue."""
    catalogue = read_lines(root / "demo" / "playlists.jsonl")
    curations = {row["id"]: row for row in read_lines(root / "demo" / "curation.jsonl")}
    test = root / "test"
    tokens = test / "embedding" / "fixtures" / "token-parity.jsonl.gz"
    vectors = test / "embedding" / "fixtures" / "embedding-parity.jsonl.gz"
    documents = test / "domain" / "fixtures" / "document-golden.jsonl"
    golden = test / "artefact" / "fixtures" / "manifest-golden.json"
    for path in (tokens, vectors, documents, golden):
        path.parent.mkdir(parents=True, exist_ok=True)
    write_token_parity(tokens, catalogue)
    write_embedding_parity(vectors, catalogue, curations)
    write_documents(documents, catalogue, curations)
    write_manifest_golden(golden)
    return [tokens, vectors, documents, golden]


def read_lines(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def parity_texts(catalogue: list[dict], count: int = 2_400) -> list[str]:
    """Written edge cases, every alphabet at random, real titles and tracks; no duplicates."""
    dice = random.Random(20240917)
    texts = dict.fromkeys(WRITTEN)
    ranges = list(ALPHABETS.values())
    for first, last in ranges:
        for _ in range(30):
            texts[draw(dice, [(first, last), (0x61, 0x7A)])] = None
    for _ in range(200):
        texts[draw(dice, dice.sample(ranges, 3))] = None
    names = [name for row in catalogue for name in names_of(row)]
    dice.shuffle(names)
    for name in names:
        if len(texts) >= count:
            break
        texts[name] = None
    return list(texts)


def draw(dice: random.Random, ranges: list[tuple[int, int]]) -> str:
    words = []
    for _ in range(dice.randint(1, 6)):
        first, last = dice.choice(ranges)
        words.append("".join(chr(dice.randint(first, last)) for _ in range(dice.randint(1, 9))))
    return dice.choice([" ", " ", "", "-"]).join(words)


def names_of(row: dict) -> Iterator[str]:
    yield row["title"]
    for track in row["tracks"][:4]:
        yield f"{track['title']} {', '.join(track['artists'])}"


def write_token_parity(path: Path, catalogue: list[dict]) -> None:
    tokenizer = load_tokenizer(base_model_dir())
    texts = parity_texts(catalogue)
    ids = tokenize(tokenizer, texts)
    lines = [dump({"text": text, "ids": row}) for text, row in zip(texts, ids, strict=True)]
    write_gzip(path, lines)


def write_embedding_parity(path: Path, catalogue: list[dict], curations: dict[str, dict]) -> None:
    """A few dozen queries and documents with fp32 embeddings rounded to 6 digits."""
    rows = catalogue[:: len(catalogue) // 24]
    texts = [
        *(text for text in WRITTEN if len(text) < 200),
        *(row["title"] for row in rows),
        *(playlist_text(row, curations.get(row["id"])) for row in rows),
    ]
    encoder = Encoder(load_transformer(base_model_dir()))
    vectors = embed(encoder, load_tokenizer(base_model_dir()), texts)
    lines = [
        dump({"text": text, "embedding": [round(float(x), 6) for x in vector]})
        for text, vector in zip(texts, vectors, strict=True)
    ]
    write_gzip(path, lines)


def write_documents(path: Path, catalogue: list[dict], curations: dict[str, dict]) -> None:
    """Document texts: real ones with and without a curator's answer, and white-space oddities."""
    rows = catalogue[:: len(catalogue) // 60]
    cases = [(row, curations.get(row["id"])) for row in rows] + [(row, None) for row in rows[::4]]
    odd = {
        "id": "odd",
        "kind": "community",
        "title": "\ufeff stuff\u00a0 \u0085 2 \u001c",
        "tracks": [],
    }
    answer = {
        **next(iter(curations.values())),
        "id": "odd",
        "description": " two\n lines …",
        "title_informative": False,
        "artists": [],
    }
    cases += [
        (odd, None),
        (odd, answer),
        ({**odd, "title": "¡Fiesta!", "description": " "}, answer),
    ]
    lines = [
        dump(
            {
                "playlist": row,
                **({"curation": answer} if answer else {}),
                "text": playlist_text(row, answer),
            }
        )
        for row, answer in cases
    ]
    path.write_text("".join(lines), encoding="utf-8")


def write_manifest_golden(path: Path) -> None:
    """A manifest with awkward strings and the fingerprint that both languages must give it."""
    body = {
        "format": manifest.FORMAT,
        "name": 'münchen-\u2028-\U0001f3b5-"quoted"-\\-\u007f',
        "dimensions": 384,
        "normalised": True,
        "prefixes": {"query": "", "document": "a\tb\u0001"},
        "files": [
            {"sha256": "00", "bytes": 1, "path": "b"},
            {"path": "a", "bytes": 0, "sha256": ""},
        ],
        "é": None,
        "z": [],
        "a": {},
    }
    golden = {**body, "fingerprint": manifest.fingerprint(body)}
    text = json.dumps(golden, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")


def dump(value: object) -> str:
    """One JSON line in ASCII: some readers take U+2028 for the end of a line."""
    return json.dumps(value) + "\n"


def write_gzip(path: Path, lines: list[str]) -> None:
    """The same lines give the same bytes: no time of writing in the header."""
    path.write_bytes(gzip.compress("".join(lines).encode("utf-8"), mtime=0))
