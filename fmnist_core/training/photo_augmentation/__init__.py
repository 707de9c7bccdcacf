"""Catalogue images made to look like prepared phone photos: the augmentation of the recipe `photo`.

What differs between the two, seen on photos, and what is done here for it:
- surface: folds, prints, stripes, light from one side, other contrast     -> `change_surface`
- shirts rarely have short sleeves                                         -> `long_sleeved_shirt`
- dresses that are wide and have sleeves                                   -> `sleeved_dress`
- two shoes from above instead of one from the side                        -> `pair_of_shoes`
- pose: sleeves spread, lying askew, wider when lying flat                  -> `change_pose`
- outline: background that was kept, parts that were lost, a hanger        -> `change_outline`

Works on whole batches on any device; all random numbers come from the generator that is passed.
"""

import torch
from torch import Tensor

from .fields import Random, garment_mask
from .garments import long_sleeved_shirt, pair_of_shoes, short_sleeved, sleeved_dress
from .photographed import change_outline, change_pose, change_surface

__all__ = ["Random", "augment", "change_outline", "garment_mask", "short_sleeved"]

UNCHANGED = 0.15
"""Share of the images that stay as they are: the model must go on reading the data set itself."""


def augment(images: Tensor, generator: torch.Generator, labels: Tensor | None = None) -> Tensor:
    """Images (B, 1, H, W), uint8 or float in 0..1, changed at random; same shape, dtype and device.

    labels: int64 (B,) of Fashion-MNIST's ten classes; without them sleeves and shoes are left alone.
    """
    pixels = images.float() / 255 if images.dtype == torch.uint8 else images
    random = Random(generator, len(pixels), pixels.device)
    garments = pixels if labels is None else long_sleeved_shirt(pixels, labels, random)
    mask = garment_mask(garments)
    changed = change_surface(garments, mask, random)
    if labels is not None:
        changed, mask = sleeved_dress(changed, mask, labels, random)
        changed, mask = pair_of_shoes(changed, mask, labels, random)
    changed, mask = change_pose(changed, mask, labels, random)
    changed = change_outline(changed, mask, random)
    changed = torch.where(random.chance(UNCHANGED), pixels, changed.clamp(0, 1))
    return (changed * 255).round().to(torch.uint8) if images.dtype == torch.uint8 else changed
