"""What the core says, in Korean, by room. A template's {values} are those of the English one; particles that
depend on the word before, such as 이(가), are chosen when it is filled in (`words.particles`)."""

from .base import BASE
from .charts import CHARTS
from .data import DATA
from .export import EXPORT
from .jobs import JOBS
from .lecture import LECTURE
from .nets import NETS
from .photos import PHOTOS
from .runs import RUNS
from .statistics import STATISTICS
from .training import TRAINING

CORE: dict[str, str] = {
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
