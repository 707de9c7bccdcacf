"""Reading pictures: decode safely, prepare as the run's data set was, answer; and learning from them."""

from ..data.decode import MAX_BYTES, SUFFIXES, Picture, decode, display_name
from .answer import PhotoAnswer, class_probabilities, read
from .files import examples, find_images, read_file
from .heat import full_heat, heat_legend, heat_map, heat_picture
from .neighbours import nearest_images
from .prepare import Corrections, PreparedPhoto, Step, prepare
from .taught import prepare_for, prepared_alike

__all__ = [
    "MAX_BYTES",
    "SUFFIXES",
    "Corrections",
    "PhotoAnswer",
    "Picture",
    "PreparedPhoto",
    "Step",
    "class_probabilities",
    "decode",
    "display_name",
    "examples",
    "familiarity",
    "find_images",
    "folders",
    "full_heat",
    "heat_legend",
    "heat_map",
    "heat_picture",
    "learning",
    "making",
    "naming",
    "nearest_images",
    "prepare",
    "prepare_for",
    "prepared_alike",
    "read",
    "read_file",
    "scoring",
]
