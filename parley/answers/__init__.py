"""Answers while they are being given: start one, watch it, stop it; what has come is journalled all the while.

An answer has a thread of its own, so it goes on whether or not anybody watches: docs/decisions/answers-have-threads.md.
"""

from parley.answers.registry import Answers

__all__ = ["Answers"]
