"""Image sets for training and measuring: read, checked, split, and downloaded on demand.

    >>> from pixellab import data
    >>> data.NAMES
    ('mnist-binarized', 'mnist', 'mnist-where', 'fashion-mnist', 'cifar10', 'tiles', 'emoji')

    images = data.load("mnist-binarized", "test")   # Images: x (10000, 1, 28, 28) uint8, labels (10000,)
    data.fetch("cifar10")                           # download it, verified, into the data folder

`data_folder` says where the files are looked for. Everything is numpy; no torch is imported
and no pickle loaded.
"""

from __future__ import annotations

from pixellab.data.files import MissingFile, data_folder
from pixellab.data.images import Images
from pixellab.data.sets import NAMES, fetch, load
from pixellab.data.splits import SPLITS

__all__ = ["NAMES", "SPLITS", "Images", "MissingFile", "data_folder", "fetch", "load"]
