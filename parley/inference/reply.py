"""One answer of a model: asked for eagerly, read lazily, and given up at any moment."""

import time
from collections.abc import Generator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import requests

from parley.inference.call import Call, making
from parley.inference.decoder import Decoder
from parley.inference.errors import HungUp, InferenceError, Rejected, TimedOut, TooLong, Unavailable, Unreachable
from parley.inference.events import Event, Notice
from parley.inference.request import ASKING_TO_GO_ON, Repairs, repaired
from parley.inference.sent import Contact, Sent
from parley.inference.shortening import shortened
from parley.inference.transport import COMPLETIONS, Transport

RETRIES = 2
WORTH_A_RETRY = (408, 500, 502, 503, 504, 529)
SILENCE_AFTER_THE_END = 2.0  # seconds to wait for usage and [DONE] once the answer itself is finished
PATIENCE_WITH_THE_REST = 0.1  # seconds to wait for the end of the body, so that the connection can be used again


class Reply:
    """One answer of a model: opened, read in batches, hung up from any thread at any moment.

    One thread opens and reads and closes; `hang_up` is for all the others. Whether it goes well or not, `sent` is what
    was asked last and `contact` how that went, nothing and empty until then.
    """

    sent: Sent | None = None
    contact = Contact()

    def __init__(self, transport: Transport, payload: dict[str, Any], backoff: float, repairs: Repairs) -> None:
        self.contact = Contact()
        self._transport = transport
        self._payload = payload
        self._repairs = repairs
        self._fields = tuple(payload)
        self._instructions = _instructions_in(payload)
        self._was_too_long = False
        self._pauses = [backoff * 2**retry for retry in range(RETRIES)]
        self._notices: list[Event] = []
        self._decoder = Decoder()
        self._call = Call()
        self._response: requests.Response | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def open(self) -> None:
        """Send the question and wait for the answer to begin, so that a refusal still has a status to be told with."""
        self._opened()

    def batches(self) -> Generator[list[Event]]:
        """The answer, in lists of what came at once. Raises for what breaks midway, after all that came before it."""
        with self:
            broken = yield from self._heard()
            if self._must_be_shorter():
                broken = yield from self._heard()
            self._raise_unless_whole(broken)

    def document(self) -> object:
        """The answer as JSON, where it was not asked to be streamed."""
        return self._transport.document(self._opened())

    def hang_up(self) -> None:
        """Close the connection under whoever waits on it. `open` raises `HungUp`, `batches` ends."""
        self._call.hang_up()

    def close(self) -> None:
        """Let go of the connection: for another answer if this one was read to its end, else for good."""
        self._call.hang_up()
        if self._response is not None:
            self._response.close()

    def _heard(self) -> Generator[list[Event], None, InferenceError | None]:
        """All that one response says, and what broke it off, if anything did."""
        response = self._opened()
        if notices := self._notices:
            self._notices = []
            yield notices
        broken = yield from self._read(response)
        self._spare_the_connection(response)
        if last := self._decoder.end():
            yield last
        return broken

    def _must_be_shorter(self) -> bool:
        """Whether the answer was, with a good status, that the question is too long. Then a shorter one is asked."""
        verdict = self._decoder.verdict()
        if not isinstance(verdict, TooLong) or self._call.is_over.is_set() or not self._shorten(verdict):
            return False
        if self._response is not None:
            self._response.close()
        self._response, self._decoder = None, Decoder()
        return True

    def _opened(self) -> requests.Response:
        if self._response is None:
            self._response = self._asked()
        return self._response

    def _asked(self) -> requests.Response:
        """Ask, and tell a failure from what looks like one because we hung up ourselves."""
        try:
            with making(self._call):
                return self._accepted()
        except InferenceError as error:
            if self._call.is_over.is_set():
                raise HungUp from error
            raise

    def _accepted(self) -> requests.Response:
        """Ask until the answer is no refusal that asking again, or otherwise, could change."""
        while True:
            self._call.refuse_if_over()
            try:
                return self._post()
            except Rejected as refusal:
                if not self._shorten(refusal):
                    self._repair(refusal)
            except Unavailable as refusal:
                self._pause(refusal)
            except Unreachable as failure:
                self._reconnect(failure)

    def _post(self) -> requests.Response:
        """Ask once, and note down what, when there was anybody to ask, and when the answer began."""
        refused = tuple(name for name in self._fields if name not in self._payload)
        self.sent = Sent(self._transport.attachment.name, COMPLETIONS, self._payload, refused, self._was_too_long)
        try:
            response = self._transport.post(self._payload)
        finally:
            self.contact.connected_at = self._call.connected_at
        self.contact.answered_at = time.monotonic()
        return response

    def _shorten(self, refusal: InferenceError) -> bool:
        """Leave out the oldest turns, but no more than once: then the reason must be another."""
        if self._was_too_long or not isinstance(refusal, TooLong):
            return False
        shorter = shortened(self._payload, refusal)
        if shorter is None:
            return False
        self._payload, self._was_too_long = shorter, True
        self._notices = [*self._notices, Notice(_read_only_the_last(shorter["messages"]))]
        return True

    def _repair(self, refusal: Rejected) -> None:
        """Leave out the field that was refused, or give up."""
        repair = repaired(self._payload, refusal, self._repairs)
        if repair is None:
            raise refusal
        self._payload, notice = repair
        if notice:
            self._notices.append(Notice(notice))

    def _pause(self, refusal: Unavailable) -> None:
        """Wait a little longer each time, but no longer than somebody wants the answer."""
        if refusal.status not in WORTH_A_RETRY or not self._pauses:
            raise refusal
        self.contact.retries += 1
        self._call.is_over.wait(self._pauses.pop(0))

    def _reconnect(self, failure: Unreachable) -> None:
        """Only a connection kept from an earlier answer may fail: its server may have closed it while it lay idle."""
        if not self._call.uses_old_connection:
            raise failure
        self.contact.reconnects += 1
        self._call.uses_old_connection = False

    def _read(self, response: requests.Response) -> Generator[list[Event], None, InferenceError | None]:
        """Yield what comes, and return what broke it off, if anything did."""
        try:
            for piece in self._transport.pieces(response):
                if events := self._decoder.feed(piece):
                    yield events
                if self._decoder.has_spoken and "messages" in self._payload:
                    self._forget_the_question()
                if self._decoder.is_over or self._call.is_over.is_set():
                    return None
                if self._decoder.is_finished:
                    self._call.limit_silence(SILENCE_AFTER_THE_END)
        except InferenceError as error:
            return error
        return None

    def _forget_the_question(self) -> None:
        """It won't be put again. Images in it may take megabytes, and the answer minutes."""
        self._payload = {name: value for name, value in self._payload.items() if name != "messages"}
        if self._response is not None:
            self._response.request.body = None

    def _spare_the_connection(self, response: requests.Response) -> None:
        """Read the end of the body, due at once after that of the answer: only then can another use the connection."""
        if self._decoder.is_over:
            self._call.limit_silence(PATIENCE_WITH_THE_REST)
            with suppress(InferenceError):
                next(self._transport.pieces(response), None)

    def _raise_unless_whole(self, broken: InferenceError | None) -> None:
        """What breaks after the end of an answer breaks nothing, and who hangs up need not be told."""
        verdict = self._decoder.verdict()
        if verdict is None or self._call.is_over.is_set():
            return
        if isinstance(broken, TimedOut) and self._decoder.has_spoken:
            broken.advice = broken.advice_midway
        verdict.hide(self._instructions)
        with self._transport.translated():
            raise broken or verdict


def _instructions_in(payload: Mapping[str, Any]) -> str:
    messages = payload.get("messages", ())
    return "\n".join(str(message["content"]) for message in messages if message.get("role") == "system")


def _read_only_the_last(messages: list[Mapping[str, object]]) -> str:
    said = [one for one in messages if one.get("role") != "system" and one is not ASKING_TO_GO_ON]
    which = "the last message" if len(said) == 1 else f"the last {len(said)} messages"
    return f"The conversation was too long for the model, so it read only {which}."
