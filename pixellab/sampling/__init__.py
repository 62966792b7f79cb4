"""Drawing pictures: from nothing or around what is given, pixel by pixel or all at once."""

from pixellab.sampling.complete import Completion, complete, sample
from pixellab.sampling.enlarge import enlarge
from pixellab.sampling.stream import Pixel, stream

__all__ = ["Completion", "Pixel", "complete", "enlarge", "sample", "stream"]
