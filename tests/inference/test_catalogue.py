"""Which models are offered, which one is asked, and what a dead catalogue does not do."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date

import pytest

from parley.inference.attachments import Attachment
from parley.inference.catalogue import Catalogue
from parley.inference.client import InferenceClient
from parley.inference.errors import InferenceError, UnknownModel
from tests.inference.test_hanging_up import busy_port, listening, port_of
from tests.upstream import Json, Upstream

OLD = {"model_id": "dodo-1", "state": "active", "type": ["text-to-text"], "eol_date": "2020-01-01"}

Offer = Callable[..., Catalogue]


@pytest.fixture
def offer() -> Iterator[Offer]:
    """A catalogue of what some services offer; each may come with the model that its key was bought for."""
    with ExitStack() as clients:

        def offer(*services: Upstream | tuple[Upstream, str], **options: float) -> Catalogue:
            attachments = (attached(number, service) for number, service in enumerate(services))
            opened = [clients.enter_context(InferenceClient(attachment)) for attachment in attachments]
            return Catalogue(opened, **options)

        yield offer


def attached(number: int, service: Upstream | tuple[Upstream, str]) -> Attachment:
    upstream, model = service if isinstance(service, tuple) else (service, None)
    return Attachment(f"INFERENCE_{number}", upstream.url, upstream.key, model)


@pytest.fixture
def second() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


def chat_names(catalogue: Catalogue) -> list[str]:
    return [model.id for model in catalogue.chat_models()]


def test_what_heroku_lists_is_offered(offer: Offer, upstream: Upstream) -> None:
    entry = {"model_id": "owl-1", "state": "deprecated", "type": ["text-to-text"], "eol_date": "2999-12-31"}
    upstream.serves_catalogue([entry | {"replacement_model": "owl-2", "regions": ["us"], "price": 1}])
    [model] = offer(upstream).models()
    assert (model.id, model.attachment, model.state) == ("owl-1", "INFERENCE_0", "deprecated")
    assert (model.kinds, model.replacement, model.ends) == (("text-to-text",), "owl-2", date(2999, 12, 31))


def test_herokus_list_is_asked_for_without_the_key(offer: Offer, upstream: Upstream) -> None:
    offer(upstream).models()
    [request] = upstream.requests
    assert request.path == "/available-models"
    assert "Authorization" not in request.headers


def test_only_models_to_talk_to_are_for_visitors(offer: Offer, upstream: Upstream) -> None:
    upstream.serves_catalogue(
        [
            "parrot-2",
            {"model_id": "peacock", "type": ["text-to-image"]},
            {"model_id": "bowerbird", "type": ["text-to-embedding"]},
            {"model_id": "magpie", "type": "text-to-text"},
            {"model_id": "jay", "type": ["image-text-to-text"]},
            {"model_id": "wren", "type": None},
            {"model_id": "wren-embed"},
            OLD,
        ]
    )
    catalogue = offer(upstream)
    assert chat_names(catalogue) == ["parrot-2", "magpie", "jay", "wren"]
    assert len(catalogue.models()) == 8


@pytest.mark.parametrize(
    "odd", [None, "odd", 7, {}, {"model_id": None}, {"model_id": ""}, {"model_id": 7}, {"id": "x"}, ["x"]]
)
def test_an_odd_entry_is_passed_over(offer: Offer, upstream: Upstream, odd: Json) -> None:
    upstream.serves_catalogue([odd if isinstance(odd, dict) else {"odd": odd}, "parrot-2"])
    assert chat_names(offer(upstream)) == ["parrot-2"]


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        ({"state": "active"}, "active"),
        ({"state": "deprecated"}, "deprecated"),
        ({"state": "Active"}, "active"),
        ({"state": "retired"}, "retired"),
        ({"state": "brooding"}, "unknown"),
        ({"state": None}, "unknown"),
        ({}, "unknown"),
        ({"state": "active", "eol_date": "2020-01-01"}, "retired"),
        ({"state": "deprecated", "eol_date": "2020-01-01T00:00:00Z"}, "retired"),
        ({"state": "deprecated", "eol_date": "2999-01-01", "deprecation_date": "2020-01-01"}, "deprecated"),
        ({"state": "active", "eol_date": "soon"}, "active"),
        ({"state": "active", "eol_date": 7}, "active"),
    ],
)
def test_a_model_past_its_last_day_is_retired(offer: Offer, upstream: Upstream, entry: Json, state: str) -> None:
    upstream.serves_catalogue([{"model_id": "owl-1"} | entry])
    [model] = offer(upstream).models()
    assert model.state == state


def test_other_servers_list_their_models_elsewhere(offer: Offer, upstream: Upstream) -> None:
    upstream.serves_catalogue(None, models=["wren", "wren-embed", "whisper-1"])
    catalogue = offer(upstream)
    assert chat_names(catalogue) == ["wren"]
    assert catalogue.choose().model == "wren"
    assert upstream.requests[-1].headers["Authorization"] == f"Bearer {upstream.key}"


@pytest.mark.parametrize("garbage", [None, [], {"models": []}, "Welcome", {"error": "no"}, b"<html>Welcome</html>"])
def test_a_list_that_is_none_is_not_taken_for_one(offer: Offer, upstream: Upstream, garbage: Json) -> None:
    upstream.serves_catalogue(garbage, models=["wren"])
    assert chat_names(offer(upstream)) == ["wren"]


def test_where_nobody_lists_anything_the_configured_model_still_works(offer: Offer, upstream: Upstream) -> None:
    upstream.serves_catalogue(None)
    catalogue = offer((upstream, "owl-1"))
    assert chat_names(catalogue) == ["owl-1"]
    assert catalogue.choose() == catalogue.choose("owl-1")
    assert (catalogue.choose().model, catalogue.choose().notice) == ("owl-1", None)


def test_where_nothing_is_listed_or_configured_the_reason_is_told(offer: Offer, upstream: Upstream) -> None:
    upstream.serves_catalogue(None)
    catalogue = offer(upstream)
    assert chat_names(catalogue) == []
    assert kind_of_refusal(catalogue) == "not_found"


def test_where_no_key_is_set_that_is_the_reason() -> None:
    assert kind_of_refusal(Catalogue([])) == "unconfigured"
    assert Catalogue([]).models() == ()


def test_where_only_pictures_are_offered_there_is_nobody_to_talk_to(offer: Offer, upstream: Upstream) -> None:
    upstream.serves_catalogue([{"model_id": "peacock", "type": ["text-to-image"]}])
    assert kind_of_refusal(offer(upstream)) == "unknown_model"


def kind_of_refusal(catalogue: Catalogue, name: str | None = None) -> str:
    with pytest.raises(InferenceError) as refused:
        catalogue.choose(name)
    return refused.value.kind


def test_the_first_active_model_is_the_default(offer: Offer, upstream: Upstream) -> None:
    deprecated = {"model_id": "dodo-2", "state": "deprecated", "type": ["text-to-text"]}
    unknown = {"model_id": "yeti", "type": ["text-to-text"]}
    upstream.serves_catalogue([OLD, deprecated, unknown, "parrot-2", "owl-1"])
    assert offer(upstream).choose().model == "parrot-2"


def test_a_key_bought_for_one_model_offers_that_one(offer: Offer, upstream: Upstream) -> None:
    catalogue = offer((upstream, "owl-1"))
    assert chat_names(catalogue) == ["owl-1"]
    assert catalogue.choose().model == "owl-1"


def test_any_listed_model_may_be_asked_for_by_name(offer: Offer, upstream: Upstream) -> None:
    assert offer((upstream, "owl-1")).choose("parrot-2").model == "parrot-2"


def test_a_key_bought_for_pictures_is_not_for_talking(offer: Offer, upstream: Upstream, second: Upstream) -> None:
    catalogue = offer((upstream, "peacock-image"), second)
    assert catalogue.choose().client.attachment.name == "INFERENCE_1"
    assert {model.attachment for model in catalogue.chat_models()} == {"INFERENCE_1"}


def test_a_model_is_asked_for_with_the_key_that_is_good_for_it(
    offer: Offer, upstream: Upstream, second: Upstream
) -> None:
    second.serves_catalogue(["wren"])
    catalogue = offer(upstream, second)
    assert catalogue.choose("wren").client.attachment.url == second.url
    assert catalogue.choose("owl-1").client.attachment.url == upstream.url


def test_a_key_bought_for_a_model_is_preferred_for_it(offer: Offer, upstream: Upstream, second: Upstream) -> None:
    catalogue = offer((upstream, "parrot-2"), second, (second, "owl-1"))
    assert catalogue.choose("owl-1").client.attachment.name == "INFERENCE_2"
    assert catalogue.choose("parrot-2").client.attachment.name == "INFERENCE_0"


def test_a_model_behind_two_keys_is_offered_once(offer: Offer, upstream: Upstream, second: Upstream) -> None:
    catalogue = offer(upstream, second)
    assert chat_names(catalogue) == ["parrot-2", "owl-1"]
    assert len(catalogue.models()) == 6


def test_a_name_that_nobody_lists_is_refused(offer: Offer, upstream: Upstream) -> None:
    with pytest.raises(UnknownModel) as refused:
        offer(upstream).choose("yeti")
    assert (refused.value.status, "Pick another" in refused.value.advice) == (404, True)


def test_a_model_that_draws_is_not_asked_to_talk(offer: Offer, upstream: Upstream) -> None:
    assert kind_of_refusal(offer(upstream), "peacock-image") == "unknown_model"


def test_a_retired_model_is_replaced_and_the_visitor_is_told(offer: Offer, upstream: Upstream) -> None:
    upstream.serves_catalogue([OLD | {"replacement_model": "owl-1"}, "parrot-2", "owl-1"])
    choice = offer(upstream).choose("dodo-1")
    assert (choice.model, choice.notice) == ("owl-1", "dodo-1 is no longer offered, so owl-1 answers.")


def test_a_replacement_may_have_been_replaced_since(offer: Offer, upstream: Upstream) -> None:
    second = OLD | {"model_id": "dodo-2", "replacement_model": "owl-1"}
    upstream.serves_catalogue([OLD | {"replacement_model": "dodo-2"}, second, "parrot-2", "owl-1"])
    assert offer(upstream).choose("dodo-1").model == "owl-1"


@pytest.mark.parametrize("replacement", [None, "dodo-1", "dodo-2", "yeti", "peacock", 7])
def test_a_retired_model_without_a_successor_gives_way_to_the_default(
    offer: Offer, upstream: Upstream, replacement: Json
) -> None:
    second = OLD | {"model_id": "dodo-2", "replacement_model": "dodo-1"}
    peacock = {"model_id": "peacock", "type": ["text-to-image"]}
    upstream.serves_catalogue([OLD | {"replacement_model": replacement}, second, peacock, "parrot-2"])
    choice = offer(upstream).choose("dodo-1")
    assert choice.model == "parrot-2"
    assert choice.notice
    assert "dodo-1" in choice.notice


def test_a_model_that_nobody_lists_any_more_gives_way_to_the_default(offer: Offer, upstream: Upstream) -> None:
    choice = offer(upstream).choose_again("yeti")
    assert (choice.model, choice.notice) == ("parrot-2", "yeti is not offered at the moment, so parrot-2 answers.")
    assert offer(upstream).choose_again(None).notice is None


def test_a_configured_model_that_is_gone_gives_way_to_the_default(offer: Offer, upstream: Upstream) -> None:
    catalogue = offer((upstream, "dodo-0"))
    choice = catalogue.choose()
    assert choice.model == "parrot-2"
    assert choice.notice
    assert "dodo-0" in choice.notice
    assert chat_names(catalogue) == ["parrot-2", "owl-1"]


def test_a_configured_model_that_a_plainer_list_lacks_is_asked_for_all_the_same(
    offer: Offer, upstream: Upstream
) -> None:
    upstream.serves_catalogue(None, models=["wren"])
    catalogue = offer((upstream, "nightjar"))
    assert (catalogue.choose().model, catalogue.choose().notice) == ("nightjar", None)
    assert kind_of_refusal(catalogue, "yeti") == "unknown_model"


def test_the_list_is_asked_for_once_in_a_while(offer: Offer, upstream: Upstream) -> None:
    catalogue = offer(upstream)
    for _ in range(5):
        catalogue.choose()
        catalogue.models()
    assert len(upstream.requests) == 1


def test_the_list_is_renewed_in_the_background(offer: Offer, upstream: Upstream) -> None:
    catalogue = offer(upstream, lifetime=0)
    assert chat_names(catalogue) == ["parrot-2", "owl-1"]
    upstream.serves_catalogue(["wren"])
    assert eventually(lambda: chat_names(catalogue) == ["wren"])


def test_the_last_good_list_holds_while_there_is_no_other(offer: Offer, upstream: Upstream) -> None:
    catalogue = offer(upstream, lifetime=0)
    assert chat_names(catalogue) == ["parrot-2", "owl-1"]
    upstream.serves_catalogue(None)
    assert eventually(lambda: len(chat_names(catalogue)) == 2 and len(upstream.requests) == 3)
    assert chat_names(catalogue) == ["parrot-2", "owl-1"]


def test_many_pages_at_once_ask_for_the_list_once(offer: Offer, upstream: Upstream) -> None:
    catalogue = offer(upstream)
    seen: list[int] = []
    pages = [threading.Thread(target=lambda: seen.append(len(catalogue.models()))) for _ in range(20)]
    for page in pages:
        page.start()
    for page in pages:
        page.join()
    assert seen == [3] * 20
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("configured", [None, "owl-1"])
def test_a_dead_catalogue_keeps_a_page_waiting_once_and_not_for_long(configured: str | None) -> None:
    with busy_port() as url, InferenceClient(Attachment("INFERENCE", url, "inf-1", configured)) as client:
        catalogue = Catalogue([client], patience=0.2)
        assert catalogue.chat_models() == catalogue.chat_models()
        assert is_looking(client), "nobody waited until the service was given up"
        assert [model.id for model in catalogue.models()] == ([configured] if configured else [])


def test_a_dead_service_does_not_hide_the_others(upstream: Upstream) -> None:
    living = Attachment("INFERENCE", upstream.url, upstream.key)
    with (
        listening(backlog=5) as listener,
        InferenceClient(Attachment("ALPHA", f"http://127.0.0.1:{port_of(listener)}", "inf-1")) as silent,
        InferenceClient(living) as client,
    ):
        catalogue = Catalogue([silent, client], patience=0.5)
        assert catalogue.choose().client is client


def is_looking(client: InferenceClient) -> bool:
    """Whether a list is still being waited for."""
    return f"catalogue-{client.attachment.name}" in {thread.name for thread in threading.enumerate()}


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something becomes true within two seconds."""
    end = time.monotonic() + 2
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()
