"""Texts that would run a script, ask another site, or change the page, wherever they get into HTML as they are.

They stand in `attacks.txt`, one a line, where signs stand for what would end the line.
"""

from pathlib import Path

SIGNS = str.maketrans({"⏎": "\n", "␁": "\x01", "␂": "\x02", "␃": "\x03"})

ATTACKS = [line.translate(SIGNS) for line in Path(__file__).with_suffix(".txt").read_text().splitlines() if line]
