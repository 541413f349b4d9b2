"""Markdown to safe HTML, whole or while it is still being written.

`docs/markdown.md` says how it works and why.
"""

from parley.markdown.changes import Append, Block, Change, apply_append
from parley.markdown.edition import imprint
from parley.markdown.growing import Growing, blocks, whole

__all__ = ["Append", "Block", "Change", "Growing", "apply_append", "blocks", "imprint", "whole"]
