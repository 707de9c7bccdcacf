"""What the studies are called in the list of them, so that each is told from the others."""

import time
from collections import Counter
from collections.abc import Sequence

from fmnist_core.runs import Study

FORMS = ("", "%m-%d %H:%M", "%m-%d %H:%M:%S")
"""What stands before a name: nothing, or when the study was begun, as exactly as it takes."""


def of_studies(studies: Sequence[Study]) -> dict[str, str]:
    """A label for each study, by its id: of those with one name it begins with the day and time at which the
    study was begun, or with its id where they are the same, because the list is narrow and cuts the end.

    With its id: Streamlit remembers a choice by its label, which must be that of one study.
    """
    begun = [{study.study_id: _named(study, form) for study in studies} for form in FORMS]
    counts = [Counter(names.values()) for names in begun]
    found = {}
    for study in studies:
        forms = (names[study.study_id] for names in begun)
        alone = (name for name, count in zip(forms, counts, strict=True) if count[name] == 1)
        name = next(alone, None)
        found[study.study_id] = f"{name} · {study.study_id}" if name else f"{study.study_id} · {study.name}"
    return found


def _named(study: Study, form: str) -> str:
    return f"{time.strftime(form, time.localtime(study.created_at))} · {study.name}" if form else study.name
