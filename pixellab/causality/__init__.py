"""Is a model of images autoregressive? A checker for any PyTorch module, whoever wrote it.

>>> import pixellab
>>> from pixellab import causality
>>> model = pixellab.build("gated_pixelcnn", features=4, layers=2, height=5, width=5)
>>> report = causality.check(model.network, (1, 5, 5))
>>> report.causal
True
>>> report.agrees(model)
True
"""

from pixellab.causality.influence import check
from pixellab.causality.report import Report

__all__ = ["Report", "check"]
