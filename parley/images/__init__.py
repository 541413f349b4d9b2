"""Images that visitors send: checked, turned upright, made smaller, and rid of all that is not the picture.

Pictures are read in a process of their own: docs/decisions/images.md says why.
"""

from parley.images.picture import MOST_BYTES, Picture, Refused
from parley.images.reading import read

__all__ = ["MOST_BYTES", "Picture", "Refused", "read"]
