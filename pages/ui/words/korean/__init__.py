"""The Korean catalogue: English text -> Korean, one module for each group of pages.

KOREAN: texts of the pages (`tr`). CORE: sentences and labels that the core makes; {name} stands for what
differs. CLASSES, AUGMENTATIONS: the names of these.
"""

from pages.ui.words.korean.along import ALONG
from pages.ui.words.korean.classes import AUGMENTATIONS, CLASSES
from pages.ui.words.korean.core import CORE
from pages.ui.words.korean.data import DATA
from pages.ui.words.korean.images import IMAGES
from pages.ui.words.korean.learn import LEARN
from pages.ui.words.korean.lecture import LECTURE
from pages.ui.words.korean.rates import RATES
from pages.ui.words.korean.studies import STUDIES
from pages.ui.words.korean.together import TOGETHER
from pages.ui.words.korean.work import WORK

KOREAN: dict[str, str] = {
    **WORK,
    **IMAGES,
    **DATA,
    **LEARN,
    **LECTURE,
    **RATES,
    **STUDIES,
    **TOGETHER,
    **ALONG,
}

__all__ = ["AUGMENTATIONS", "CLASSES", "CORE", "KOREAN"]
