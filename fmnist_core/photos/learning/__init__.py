"""What a net learns from photos of real garments, beside its data set: `train --photos FOLDER`.

examples: cut-outs with the classes that are right; rendering: from cut-outs to the images that a model sees,
changed at random.
"""

from .examples import PhotoLessons, digest_of, find_photos, prepare_lessons

__all__ = ["PhotoLessons", "digest_of", "find_photos", "prepare_lessons"]
