"""What the operator may choose of the look: a colour and a picture of their own, read and checked."""

from parley.appearance.accent import Accent, read_accent
from parley.appearance.logo import Logo, read_logo

__all__ = ["Accent", "Logo", "read_accent", "read_logo"]
