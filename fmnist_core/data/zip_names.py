"""The names in a zip that does not say how they are encoded: one code page for the whole archive.

macOS then writes UTF-8, Windows the code page of its language. Nearly all bytes are valid in nearly all code
pages ("Hüte" is "H걎e" in CP949), so the page is taken in which all names together look least odd. Detectors
such as charset-normalizer want longer texts than names of folders.
"""

import math
import os
import re
import zipfile
from functools import lru_cache

from .frequent_signs import CHARACTERS, SYLLABLES

UTF8_FLAG = 0x800
WESTERN = "éäüßáöíóàèñçãêåúõâøôîæœûëïòìùÿý"
CYRILLIC = "оеаинтсрвлкмдпуыязьгбчйхжшюцщэфъёіїє"

CODE_PAGES: dict[str, str | tuple[tuple[int, int], ...]] = {
    "cp949": ((0xB0A1, 0xC8FE),),  # the 2,350 syllables of KS X 1001
    "cp932": ((0x8158, 0x815B), (0x829F, 0x8396), (0x889F, 0x9872)),  # kana, and the kanji of level 1
    "cp936": ((0xB0A1, 0xD7F9),),  # the characters of level 1
    "cp866": CYRILLIC + CYRILLIC.upper(),
    "cp850": WESTERN + WESTERN.replace("ß", "").upper(),
    "cp1251": CYRILLIC + CYRILLIC.upper(),
    "cp1252": WESTERN + WESTERN.replace("ß", "").upper(),
}
"""Of Windows, in the order in which they are preferred: the signs that names are mostly made of, or their
codes."""

SIMILAR: tuple[dict[str, str], ...] = (
    {"cp949": SYLLABLES, "cp936": CHARACTERS},
    dict.fromkeys(("cp866", "cp1251"), CYRILLIC),
    dict.fromkeys(("cp850", "cp1252"), WESTERN),
)
"""Code pages that read the same bytes as ordinary signs, the preferred page first. Each has its signs, the
most frequent one first: how frequent the signs of a text are tells which page was meant."""

RANKS = {
    page: {sign: k for k, sign in enumerate(signs)} for pages in SIMILAR for page, signs in pages.items()
}

PREFERENCE = 1.0
"""How much rarer (see `_rarity`) the signs of a preferred page may be: e times as rare."""

BESIDE_LATIN = re.compile(r"[a-zA-Z][^\W\d_a-zA-ZÀ-ÿœŒ]|[^\W\d_a-zA-ZÀ-ÿœŒ][a-zA-Z]")
LATE_CAPITAL = re.compile(r"[a-zß-öø-ÿ][À-ÖØ-Þ]|[ß-öø-ÿ][A-Z]|[а-яё][А-ЯЁ]")
SHARP_S = re.compile("(?<![aeiouyäöü])ß", re.IGNORECASE)
TWO_ACCENTS = re.compile(r"(?=[À-ÿ]{2})")


def settle(archive: zipfile.ZipFile) -> str:
    """Give all entries the names that were meant.

    Returns the code page that was guessed; "" where the zip says it, or the bytes leave no doubt.
    """
    unsaid = [entry for entry in archive.infolist() if not _is_said(entry)]
    raw = [entry.orig_filename.encode("cp437") for entry in unsaid]  # what `zipfile` takes them for
    code_page = guess(raw)
    for entry, name in zip(unsaid, raw, strict=True):
        entry.filename = name.decode(code_page).partition("\0")[0]
    return "" if code_page == "utf-8" else code_page


def _is_said(entry: zipfile.ZipInfo) -> bool:
    """Whether a flag, or a second name (Info-ZIP's Unicode path), says how the name is meant."""
    second = entry.filename != entry.orig_filename.partition("\0")[0].replace(os.sep, "/")
    return second or bool(entry.flag_bits & UTF8_FLAG)


def guess(names: list[bytes]) -> str:
    """The code page in which all of these names make most sense; CP437 if there is none that has them all."""
    names = list(dict.fromkeys(b"\n".join(names).split(b"/")))  # folders count once
    if _decoded(names, "utf-8") is not None:
        return "utf-8"
    read = {page: text for page in CODE_PAGES if (text := _decoded(names, page)) is not None}
    oddity = {page: _oddity(text, page) for page, text in read.items()}
    best = min(oddity, key=oddity.__getitem__, default="cp437")
    similar = next((pages for pages in SIMILAR if best in pages), (best,))
    alike = [page for page in similar if oddity.get(page) == oddity[best]]
    return min(alike, key=lambda page: _rarity(read[page], page) + (page != best) * PREFERENCE)


def _decoded(names: list[bytes], code_page: str) -> str | None:
    try:
        return "\n".join(name.decode(code_page) for name in names)
    except UnicodeError:
        return None


def _oddity(text: str, code_page: str) -> float:
    """How much speaks against the text: signs that names seldom have, and signs where words have none."""
    ordinary = _ordinary(code_page)
    strange = sum(not sign.isascii() and sign not in ordinary for sign in text)
    misplaced = sum(len(rule.findall(text)) for rule in (BESIDE_LATIN, LATE_CAPITAL, SHARP_S))
    return strange + misplaced / 2 + len(TWO_ACCENTS.findall(text)) / 4


def _rarity(text: str, code_page: str) -> float:
    """How rare its signs are: by Zipf's law, the logarithm of a sign's place says how seldom it is."""
    ranks = RANKS.get(code_page, {})
    return sum(math.log(2 + ranks.get(sign, 2 * len(ranks))) for sign in text.lower() if not sign.isascii())


@lru_cache
def _ordinary(code_page: str) -> frozenset[str]:
    signs = CODE_PAGES[code_page]
    if isinstance(signs, str):
        return frozenset(signs)
    codes = (code for low, high in signs for code in range(low, high + 1))
    return frozenset(code.to_bytes(2).decode(code_page, "ignore") for code in codes)
