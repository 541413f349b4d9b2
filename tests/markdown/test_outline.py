"""The headings of an answer follow each other without a gap, so that one can go through a page by them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from parley.markdown import whole

ranks = st.lists(st.integers(1, 6), max_size=12)


def levels(html: str) -> list[int]:
    return [int(level) for level in re.findall(r"<h(\d)>", html)]


@given(ranks)
def test_no_heading_is_more_than_one_level_below_the_one_before_it(ranks: list[int]) -> None:
    found = levels(whole("\n\n".join(f"{'#' * rank} Title\n\nText." for rank in ranks)))
    assert len(found) == len(ranks)
    assert all(after <= before + 1 for before, after in zip([2, *found], found, strict=False))
    assert all(level in range(3, 7) for level in found)


def test_a_part_stands_below_its_whole_also_in_a_quote() -> None:
    assert levels(whole("## One\n### Part\n> ### Part\n\n## Two\n- # Three")) == [3, 4, 4, 3, 3]


def test_a_heading_whose_link_is_explained_later_keeps_its_level() -> None:
    assert levels(whole("# One\n\n## [Two]\n\n# Three\n\n[Two]: https://example.org")) == [3, 4, 3]
