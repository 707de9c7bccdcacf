"""What the core says, in Korean, by room. A template's {values} are those of the English one; particles that
depend on the word before, such as 이(가), are chosen when it is filled in (`words.particles`)."""

from fmnist_core.base.config import SETTINGS
from pages.ui.words.korean.core.base import BASE
from pages.ui.words.korean.core.charts import CHARTS
from pages.ui.words.korean.core.data import DATA
from pages.ui.words.korean.core.export import EXPORT
from pages.ui.words.korean.core.jobs import JOBS
from pages.ui.words.korean.core.lecture import LECTURE
from pages.ui.words.korean.core.nets import NETS
from pages.ui.words.korean.core.photos import PHOTOS
from pages.ui.words.korean.core.runs import RUNS
from pages.ui.words.korean.core.statistics import STATISTICS
from pages.ui.words.korean.core.training import TRAINING

CORE: dict[str, str] = {
    **{s.label.lower(): BASE[s.label] for s in SETTINGS.values() if s.label in BASE},  # within a sentence
    **BASE,
    **CHARTS,
    **DATA,
    **EXPORT,
    **JOBS,
    **LECTURE,
    **NETS,
    **PHOTOS,
    **RUNS,
    **STATISTICS,
    **TRAINING,
}

__all__ = ["CORE"]
