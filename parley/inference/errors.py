"""Everything that can go wrong between us and a model.

InferenceError
├── Unconfigured       no key is set
├── UnknownModel       nothing we have a key for offers this model
├── Unreachable        nothing answered: refused, unresolvable, untrusted, hung up on before a word
├── TimedOut           an answer that stopped coming, or never began
├── Moved              3xx: the key follows no redirect
├── Rejected           4xx: asking the same again would not help
│   ├── TooLong        400: more text than the model can hold
│   ├── Unauthorized   401: our key is wrong
│   ├── Forbidden      403: our key is not for this model
│   ├── Firewall       403, as a page: something in front of the service took the text for an attack
│   ├── NotFound       404: no such model, no such address
│   ├── TooLarge       413: more bytes than the service takes
│   ├── NoImages       the model takes none
│   ├── BadImage       it takes images, but not this one
│   └── RateLimited    429: too much, too soon
├── Unavailable        408, 5xx: the service is busy or broken; asking again may help
├── Garbled            a 200 whose body is not what the protocol promises
├── Empty              an answer without a word in it
├── Interrupted        an answer that broke off
└── HungUp             we hung up ourselves

Each has words for three readers: `advice` for the visitor, `reason` (upstream's own words, without the key) for whoever
asks from the operator's shell, and `cause` for the log, where these have no place: they may quote what was said.
"""

SHORTEST_SECRET = 8
TELLING = 30  # characters at the beginning of a line, by which it is known in what upstream quotes


class InferenceError(Exception):
    """A model that did not answer, or not to the end."""

    kind = "failed"
    status = 502
    advice = "The model's service reported an error. Retry in a moment."

    def __init__(
        self,
        reason: str = "",
        *,
        status: int | None = None,
        advice: str | None = None,
        retry_after: float | None = None,
        cause: str | None = None,
    ) -> None:
        self.reason = reason
        self.cause = reason if cause is None else cause
        self.status = status or self.status
        self.advice = advice or self.advice
        self.retry_after = retry_after
        super().__init__(reason)

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason or self.advice}"

    def redact(self, key: str) -> None:
        """Take the key out of what upstream said. A short one is no secret: local servers take any word for a key."""
        if len(key) < SHORTEST_SECRET:
            return
        self.reason = self.reason.replace(key, "[key]")
        self.advice = self.advice.replace(key, "[key]")
        self.cause = self.cause.replace(key, "[key]")
        self.args = (self.reason,)

    def hide(self, instructions: str) -> None:
        """Keep upstream's words from the visitor where they quote the instructions that the visitor is not to see."""
        beginnings = (line.strip()[:TELLING] for line in instructions.splitlines())
        if any(len(beginning) >= SHORTEST_SECRET and beginning in self.advice for beginning in beginnings):
            self.advice = type(self).advice


class Unconfigured(InferenceError):
    kind = "unconfigured"
    status = 503
    advice = "No model is set up here yet. Whoever runs this site has to set INFERENCE_URL and INFERENCE_KEY."


class UnknownModel(InferenceError):
    kind = "unknown_model"
    status = 404
    advice = "This model is not offered here. Pick another one."


class Unreachable(InferenceError):
    kind = "unreachable"
    advice = "The model's service can't be reached. Retry in a moment."


class TimedOut(InferenceError):
    kind = "timed_out"
    status = 504
    advice = "The model's service went silent. Retry in a moment."
    advice_midway = "The model's service went silent before the answer was whole. What came so far is kept."


class Moved(InferenceError):
    kind = "moved"
    advice = (
        "The model's service points to another address, and the key is never sent on. "
        "Whoever runs this site has to set the new address."
    )


class Rejected(InferenceError):
    kind = "rejected"
    status = 400
    advice = "The model's service did not accept this request. Change the message or its settings, then send it again."


class TooLong(Rejected):
    kind = "too_long"
    advice = (
        "This is too long for the model, even without the oldest messages. Shorten your message, or start a new chat."
    )


class Unauthorized(Rejected):
    kind = "unauthorized"
    status = 401
    advice = "The model's service does not accept the key of this site. Whoever runs the site has to set it again."


class Forbidden(Rejected):
    kind = "forbidden"
    status = 403
    advice = "The key of this site may not use this model. Pick another one."


class Firewall(Rejected):
    kind = "firewall"
    status = 403
    advice = (
        "The web firewall in front of the model's service refused the text of this conversation. It takes things like "
        "../, <script>, import os or {{x}} for an attack. Put it in other words, then send it again."
    )


class NotFound(Rejected):
    kind = "not_found"
    status = 404
    advice = "The model's service does not know this model. Pick another one."


class TooLarge(Rejected):
    kind = "too_large"
    status = 413
    advice = "This is more than the model's service takes at once. Send less text, or smaller images."


class NoImages(Rejected):
    kind = "no_images"
    advice = "This model takes no images. Pick another one, or send your message without them."


class BadImage(Rejected):
    kind = "bad_image"
    advice = (
        "The model's service did not accept an image of this conversation. Send your message with another, or none."
    )


class RateLimited(Rejected):
    kind = "rate_limited"
    status = 429
    advice = "The model's service is asked too much at the moment. Wait a little, then retry."


class Unavailable(InferenceError):
    kind = "unavailable"
    status = 503
    advice = "The model's service is busy or out of order. Retry in a moment."


class Garbled(InferenceError):
    kind = "garbled"
    advice = "What came back from the model's service is not an answer. Retry, or pick another model."


class Empty(InferenceError):
    kind = "empty"
    advice = "The model returned nothing. Retry, or put the question another way."


class Interrupted(InferenceError):
    kind = "interrupted"
    advice = "The answer broke off. What came so far is kept."


class HungUp(InferenceError):
    kind = "hung_up"
    status = 499
    advice = "The answer was stopped."
