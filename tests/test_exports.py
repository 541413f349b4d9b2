"""A conversation as a file that its visitor takes away."""

import re

import pytest
from markupsafe import escape

from parley.exports import file_name
from tests.people import Person
from tests.trees import answer, brought_back, illustrated, picture, question
from tests.upstream import Upstream

pytestmark = pytest.mark.on_sqlite

READ = ["md", "txt", "html"]
ENDINGS = [*READ, "json"]
MARKUP = "<script>alert(1)</script> & <b>bold</b> \"quoted\" 'so'"


def export(person: Person, address: str, ending: str, **query: str) -> str:
    response = person.client.get(f"{address}.{ending}", query_string=query)
    assert response.status_code == 200
    return response.text


def test_a_conversation_as_markdown(alice: Person) -> None:
    here = brought_back(alice)
    assert export(alice, here, "md").startswith(
        "# A tree\n\n## You\n\nWhy not?\n\n## Answer (parrot-2)\n\nHalf an ans\n\n"
    )


def test_a_conversation_as_text_says_on_a_line_of_its_own_who_speaks(alice: Person) -> None:
    here = brought_back(alice)
    assert export(alice, here, "txt") == (
        "A tree\n\n\nYou:\n\nWhy not?\n\n\nAnswer (parrot-2):\n\nHalf an ans\n\n[This answer broke off here.]\n\n\n"
        "You:\n\nAnd then?\n\n\nAnswer (parrot-2):\n\nThen *that*.\n\n"
        "[This answer reached the greatest length the model may give, and ends here.]\n"
    )


def test_an_export_shows_the_branch_that_it_is_asked_for(alice: Person) -> None:
    here = brought_back(alice)
    first = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    for ending in READ:
        shown = export(alice, here, ending, at=first)
        assert "Why?" in shown
        assert "Why not?" not in shown
        assert alice.client.get(f"{here}.{ending}?at=7").status_code == 404


def test_an_answer_that_is_not_whole_is_marked_in_words(alice: Person) -> None:
    words = {"stopped": "was stopped here.", "interrupted": "broke off here.", "failed": "got no answer."}
    for state, ending in words.items():
        here = brought_back(alice, question("q", "Why?"), answer("a", "", "q", state=state, reasoning="A thought"))
        for shown in (export(alice, here, name) for name in READ):
            assert ending in shown
            assert "A thought" not in shown


def test_an_answer_that_runs_is_marked_in_words(alice: Person, upstream: Upstream) -> None:
    upstream.says("So far", " and no further")
    upstream.stalls_after(1)
    here = alice.send("Why?").location.partition("#")[0]
    assert "[This answer was still being written.]" in export(alice, here, "txt")
    upstream.release()
    alice.finish(here)
    assert "[" not in export(alice, here, "txt")


def test_an_export_is_shown_and_kept_only_where_that_is_asked_for(alice: Person) -> None:
    here = brought_back(alice, title="What is «C/C++»? " + "x" * 300)
    for ending in ENDINGS:
        assert "Content-Disposition" not in alice.client.get(f"{here}.{ending}").headers
        kept = alice.client.get(f"{here}.{ending}?download").headers["Content-Disposition"]
        assert kept.startswith("attachment; ")
        assert f'filename="What is C C++ {"x" * 44}.{ending}"' in kept
        assert "filename*=UTF-8''What%20is%20%C2%ABC%20C%2B%2B%C2%BB%20xxx" in kept


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why is the sky blue?", "Why is the sky blue.md"),
        ("../../etc/passwd", "etc passwd.md"),
        ("a\u202egnp.exe", "agnp.exe.md"),
        ("...", "conversation.md"),
        ("為什麼天空是藍色的", "為什麼天空是藍色的.md"),
        ("\x00\n\t", "conversation.md"),
    ],
)
def test_any_title_makes_a_file_name(title: str, name: str) -> None:
    assert file_name(title, "md") == name


def test_a_name_in_another_script_has_one_in_ours_beside_it(alice: Person) -> None:
    here = brought_back(alice, title="為什麼")
    kept = alice.client.get(f"{here}.txt?download").headers["Content-Disposition"]
    assert "filename=conversation.txt" in kept
    assert "filename*=UTF-8''%E7%82%BA" in kept


def test_odd_texts_survive(alice: Person) -> None:
    odd = "# Heading\n\n```python\nprint('```')\n```\n\nשלום a\u202eb\u202c 🦜 a\0b"
    here = brought_back(alice, question("q", odd), answer("a", odd, "q"), title="t" * 300)
    for ending in ENDINGS:
        shown = export(alice, here, ending)
        assert "t" * 300 in shown
        assert "שלום a\u202eb\u202c 🦜 a\ufffdb" in shown
        assert ending == "html" or shown.count("# Heading") == 2


def test_code_that_breaks_off_does_not_swallow_what_follows_it(alice: Person) -> None:
    broken = "Look:\n\n~~~~ text\n~~~\ncode"
    here = brought_back(
        alice, question("q", "Why?"), answer("a", broken, "q"), question("qq", "So?", "a"), answer("aa", "So.", "qq")
    )
    assert f"{broken}\n~~~~\n\n## You\n\nSo?" in export(alice, here, "md")


def test_an_export_is_its_visitors_only(alice: Person, stranger: Person) -> None:
    here = brought_back(alice)
    for ending in ENDINGS:
        assert stranger.client.get(f"{here}.{ending}").status_code == 404


def test_a_document_needs_nothing_else_and_allows_nothing_else(alice: Person) -> None:
    code = "```python\nimport this  # colours\n```"
    here = brought_back(alice, question("q", MARKUP), answer("a", f"{MARKUP}\n\n{code}", "q"), title=MARKUP)
    response = alice.client.get(f"{here}.html")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script" not in response.text
    assert "<b>" not in response.text
    assert response.text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4  # in both titles, question and answer
    assert '<span class="kn">import</span>' in response.text
    assert re.findall(r"""\b(?:src|href|action)=|https?://|url\(""", response.text) == []
    assert alice.client.get("/").headers["Content-Security-Policy"] != policy


def test_images_stand_in_a_text_in_words(alice: Person) -> None:
    here = brought_back(alice, *illustrated())
    for ending in ("md", "txt"):
        assert "What is it?\n\n[image: A flag]\n\n[image]\n\n" in export(alice, here, ending)


def test_a_document_has_its_images_within_it(alice: Person) -> None:
    here = brought_back(alice, *illustrated(picture(), picture(alt=MARKUP), picture(alt="")))
    response = alice.client.get(f"{here}.html")
    found = re.findall(r'<img [^>]*src="(data:[^"]*)" width="60" height="40" alt="([^"]*)"', response.text)
    assert [alt for _address, alt in found] == ["A flag", str(escape(MARKUP)), "Image 3 of 3"]
    assert {address for address, _alt in found} == {f"data:image/png;base64,{picture()['data']}"}
    assert "img-src data:;" in response.headers["Content-Security-Policy"]
    assert "img-src data:;" in response.text
    assert "/images/" not in response.text


def test_the_markup_of_a_title_stays_text_in_every_export(alice: Person) -> None:
    here = brought_back(alice, title=MARKUP)
    for ending in ("md", "txt"):
        response = alice.client.get(f"{here}.{ending}")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.mimetype in ("text/markdown", "text/plain")


def test_the_operators_instructions_are_in_no_export(alice: Person) -> None:
    """They are no part of a conversation. What its visitor wished of the answers is."""
    here = brought_back(alice)
    exported = alice.client.get(f"{here}.json").get_json()
    assert exported["settings"]["instructions"] == "Be brief."
    assert sorted(exported) == ["format", "id", "messages", "settings", "title", "version"]


def test_the_page_of_options_links_to_files_to_keep(alice: Person) -> None:
    here = brought_back(alice)
    first = alice.client.get(f"{here}.json").get_json()["messages"][1]["id"]
    links = alice.open(f"{here}/options?at={first}").links
    assert links["Markdown"] == f"{here}.md?at={first}&download="
    for name in ("Web page", "Markdown", "Plain text", "JSON"):
        assert alice.client.get(links[name]).headers["Content-Disposition"].startswith("attachment")
    assert alice.open(f"{here}?at={first}").links["Options"] == f"{here}/options?at={first}"
