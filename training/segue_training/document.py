"""The text of a playlist that is embedded: the counterpart of src/domain/document.ts.

Both are pinned by test/domain/fixtures/document-golden.jsonl; a change here is a change there.
"""

from __future__ import annotations

import re

FACETS = ("themes", "genres", "moods", "activities", "eras", "artists")
TRACKS_IN_TEXT = 15

# JavaScript's \s, which is not Python's: U+FEFF is in, U+001C..U+001F and U+0085 are out.
WHITE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
FOLD = re.compile(f"[{WHITE}]+")
EDGES = re.compile(f"^[{WHITE}]+|[{WHITE}]+\\Z")
CLOSED = re.compile(r"[.!?…。！？]\Z")


def playlist_text(playlist: dict, curation: dict | None = None) -> str:
    """Title, editors' and curator's description, facets; description first if the title is mute.

    Without a curator's answer the first 15 tracks speak for the playlist.
    """
    title = sentence(playlist["title"])
    editorial = sentence(playlist.get("description") or "")
    if curation is None:
        tracks = "; ".join(
            f"{', '.join(track['artists'])} - {track['title']}"
            if track["artists"]
            else track["title"]
            for track in playlist["tracks"][:TRACKS_IN_TEXT]
        )
        return join([title, editorial, tracks])
    facets = " ".join(value for facet in FACETS for value in curation[facet])
    described = [editorial, sentence(curation["description"])]
    informative = curation["title_informative"]
    return join([title, *described, facets] if informative else [*described, title, facets])


def sentence(text: str) -> str:
    folded = FOLD.sub(" ", EDGES.sub("", text))
    return folded if folded == "" or CLOSED.search(folded) else f"{folded}."


def join(parts: list[str]) -> str:
    return " ".join(part for part in parts if part)
