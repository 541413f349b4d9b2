"""What one attachment offers, as of a few minutes ago at most, without anybody having to wait for it."""

import threading
import time

from parley.inference.client import InferenceClient
from parley.inference.errors import InferenceError, TimedOut, Unreachable
from parley.inference.models import Model, in_heroku_catalogue, in_model_list

RETRY_AFTER_FAILURE = 15.0


class Listing:
    """The list of one attachment. It renews itself in a thread of its own, and keeps the last good list meanwhile."""

    def __init__(self, client: InferenceClient, lifetime: float, patience: float) -> None:
        self.client = client
        self.configured = client.attachment.model
        self.is_official = False
        self.failure: InferenceError | None = None
        self._listed: tuple[Model, ...] = ()
        self._lifetime = lifetime
        self._patience = patience
        self._lock = threading.Lock()
        self._next_look = 0.0
        self._latest_wait: float | None = None
        self._has_looked = threading.Event()

    def models(self) -> tuple[Model, ...]:
        """What is listed, and the configured model too where no list can be trusted to be complete."""
        if self.configured and not self.is_official and not self._in_list(self.configured):
            return (self._configured_model(), *self._listed)
        return self._listed

    def offered(self) -> tuple[Model, ...]:
        """The chat models to pick from. A key that was bought for one model is refused any other, while it is there."""
        chat = tuple(model for model in self.models() if model.is_chat and not model.is_retired)
        if self.configured is None:
            return chat
        if not self.is_for_chat:
            return ()
        return tuple(model for model in chat if model.id == self.configured) or chat

    @property
    def is_for_chat(self) -> bool:
        """Attachments for images and embeddings name a model of that kind."""
        return self.configured is None or self._configured_model().is_chat

    def find(self, name: str) -> Model | None:
        """The chat model of that name, retired or not."""
        return next((model for model in self.models() if model.id == name and model.is_chat), None)

    def refresh_if_old(self) -> None:
        """Start a look, unless the last one is recent or still on its way."""
        with self._lock:
            now = time.monotonic()
            if now < self._next_look:
                return
            self._next_look = float("inf")
            self._latest_wait = self._latest_wait or now + self._patience
        threading.Thread(target=self._look, name=f"catalogue-{self.client.attachment.name}", daemon=True).start()

    def wait_for_first_look(self) -> None:
        """Wait for what cannot be guessed, the first list, but only for as long as a page may take to appear."""
        if self._latest_wait is not None:
            self._has_looked.wait(max(0.0, self._latest_wait - time.monotonic()))

    def _look(self) -> None:
        pause = RETRY_AFTER_FAILURE
        try:
            self._listed, self.is_official = self._load()
            self.failure = None
            pause = self._lifetime
        except InferenceError as failure:
            self.failure = failure
        finally:
            self._next_look = time.monotonic() + pause
            self._has_looked.set()

    def _load(self) -> tuple[tuple[Model, ...], bool]:
        """Heroku's catalogue, or the plainer list that other servers have in its place."""
        name = self.client.attachment.name
        try:
            return in_heroku_catalogue(self.client.get("/available-models"), name), True
        except (Unreachable, TimedOut):
            raise
        except InferenceError:
            return in_model_list(self.client.get("/v1/models"), name), False

    def _configured_model(self) -> Model:
        name = self.configured or ""
        return self._in_list(name) or Model(name, self.client.attachment.name)

    def _in_list(self, name: str) -> Model | None:
        return next((model for model in self._listed if model.id == name), None)
