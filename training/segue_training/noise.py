"""Queries as listeners type them: misspelt, or cut before the end."""

from __future__ import annotations

import random

NEIGHBOURS = {
    "a": "qsz", "b": "vgn", "c": "xvd", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy",
    "i": "uok", "j": "hku", "k": "jli", "l": "ko", "m": "n", "n": "bm", "o": "ipl", "p": "o",
    "q": "wa", "r": "etf", "s": "adw", "t": "ryg", "u": "yij", "v": "cb", "w": "qes", "x": "zc",
    "y": "tuh", "z": "xs",
}  # fmt: skip
VOWELS = "aeiou"
ALIKE = {"c": "k", "k": "c", "s": "z", "z": "s", "y": "i", "f": "ph", "ph": "f", "x": "ks"}


def misspell(text: str, dice: random.Random) -> str:
    """One slip, or two in a longer text, each in a word of four letters or more; the first letter
    of a word is kept, as in most human slips."""
    words = text.split(" ")
    for _ in range(1 if len(text) < 18 else dice.choice([1, 1, 2])):
        long = [i for i, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
        if not long:
            break
        at = dice.choice(long)
        words[at] = slip(words[at], dice)
    return " ".join(words)


def slip(word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word))
    letter = word[at]
    kind = dice.choice(["swap", "drop", "double", "neighbour", "vowel", "undouble", "alike"])
    if kind == "undouble":
        pairs = [i for i in range(1, len(word)) if word[i] == word[i - 1]]
        if pairs:
            at = dice.choice(pairs)
        return word[:at] + word[at + 1 :]
    if kind == "swap" and at + 1 < len(word):
        return word[:at] + word[at + 1] + letter + word[at + 2 :]
    if kind == "double":
        return word[: at + 1] + letter + word[at + 1 :]
    if kind == "vowel" and letter in VOWELS:
        return word[:at] + dice.choice(VOWELS) + word[at + 1 :]
    if kind == "alike" and letter in ALIKE:
        return word[:at] + ALIKE[letter] + word[at + 1 :]
    if kind == "neighbour" and letter in NEIGHBOURS:
        return word[:at] + dice.choice(NEIGHBOURS[letter]) + word[at + 1 :]
    return word[:at] + word[at + 1 :]


def cut(text: str, dice: random.Random) -> str:
    """The first words of a text, the last of them perhaps unfinished: at least six letters."""
    least = 6
    return text if len(text) <= least + 2 else text[: dice.randint(least, len(text) - 1)].rstrip()
