"""What was asked for last is at hand, as long as there is room for it."""

from parley.markdown import Shelf


def test_what_is_on_the_shelf_is_found_again() -> None:
    shelf = Shelf()
    shelf.keep("one", ["as it was"])
    assert shelf.find("one") == ["as it was"]
    assert shelf.find("two") is None


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    shelf = Shelf(room=20)
    shelf.keep("one", ["1234567"])
    shelf.keep("two", ["1234567"])
    assert shelf.find("one") == ["1234567"]
    shelf.keep("three", ["1234567"])
    assert shelf.find("one") == ["1234567"]
    assert shelf.find("two") is None


def test_what_is_too_large_for_the_shelf_leaves_the_rest_there() -> None:
    shelf = Shelf(room=20)
    shelf.keep("one", ["1234567"])
    shelf.keep("two", ["x" * 21])
    assert shelf.find("one") == ["1234567"]
    assert shelf.find("two") is None
