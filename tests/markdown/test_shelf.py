"""Finished texts are rendered once, as long as there is room for what came of them."""

from parley.markdown import blocks
from parley.markdown.shelf import Shelf
from tests.essay import essay

LONG = essay(20_000)


def test_a_text_comes_as_if_it_was_rendered_now() -> None:
    shelf = Shelf()
    assert shelf.blocks(LONG) == blocks(LONG)
    assert shelf.blocks(LONG) == blocks(LONG)


def test_what_is_on_the_shelf_is_not_rendered_again() -> None:
    shelf = Shelf()
    shelf.keep("one", ["as it was"])
    assert shelf.blocks("one") == ["as it was"]
    assert shelf.blocks("two") == ["<p>two</p>"]


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    shelf = Shelf(room=20)
    shelf.keep("one", ["1234567"])
    shelf.keep("two", ["1234567"])
    assert shelf.blocks("one") == ["1234567"]
    shelf.keep("three", ["1234567"])
    assert shelf.blocks("one") == ["1234567"]
    assert shelf.blocks("two") == ["<p>two</p>"]


def test_what_is_too_large_for_the_shelf_leaves_the_rest_there() -> None:
    shelf = Shelf(room=20)
    shelf.keep("one", ["1234567"])
    shelf.keep("two", ["x" * 21])
    assert shelf.blocks("one") == ["1234567"]
    assert shelf.blocks("two") == ["<p>two</p>"]
