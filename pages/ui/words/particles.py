"""Korean particles, which follow the sound of the word before them: 사과가 but 옷이, 3을 but 2를.

A template holds both forms, 이(가); digits and Latin letters count as they are read aloud.
"""

import re

FORMS = {
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "은(는)": ("은", "는"),
    "과(와)": ("과", "와"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)": ("이", ""),
}
"""Each open particle: the form after a final consonant, and after a vowel."""

OPEN = re.compile("|".join(re.escape(form) for form in FORMS))

FINAL_DIGITS = "013678"  # 영 일 삼 육 칠 팔
FINAL_LETTERS = "lmnr"  # 엘 엠 엔 아르, which is mostly read 알
CLOSED_WORD = re.compile(r"[aeiou][bcgkpt]$|ng$")  # read as a word: big 빅, net 넷, training 트레이닝
RIEUL = "178lr"  # ends in ㄹ, after which it is 로 and not 으로
PERCENT = "%"  # 퍼센트 ends in a vowel
SILENT = re.compile(r"[\W_]+$")


def attach(text: str) -> str:
    """The text with every open particle chosen by the word before it; without a word, after a vowel."""
    parts: list[str] = []
    last = 0
    for match in OPEN.finditer(text):
        before = text[last : match.start()]
        parts += [before, _chosen("".join([*parts, before]), match[0])]
        last = match.end()
    return "".join([*parts, text[last:]])


def _chosen(before: str, form: str) -> str:
    after_consonant, after_vowel = FORMS[form]
    word = "" if before.rstrip("'\"*_` )").endswith(PERCENT) else SILENT.sub("", before)
    if not word:
        return after_vowel
    sign = word[-1].lower()
    final = (ord(sign) - ord("가")) % 28 if "가" <= sign <= "힣" else None
    has_final = (
        final > 0
        if final is not None
        else bool(sign in FINAL_DIGITS + FINAL_LETTERS or CLOSED_WORD.search(word))
    )
    ends_in_rieul = final == 8 if final is not None else sign in RIEUL
    if form == "(으)로" and ends_in_rieul:
        return after_vowel
    return after_consonant if has_final else after_vowel
