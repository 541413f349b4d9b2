"""What is kept of all conversations, as the app itself tells it."""

import time
from typing import Any

import requests

from bench.ledger import Ledger
from parley.security import COOKIE_BEHIND_ROUTER
from tests.processes import Process

PATIENCE = 15  # seconds for answers whose process was killed to be found out
LONGEST_ANSWER = 120  # seconds for those that nobody attends to any more
GLANCE = 0.5

Kept = dict[str, list[dict[str, Any]]]


def collect(server: Process, upstream: Process, ledger: Ledger) -> Kept:
    """The messages of each conversation, once no answer runs any more or ought to."""
    _until_silent(upstream)
    owners = {said.conversation: ledger.cookies[said.visitor] for said in ledger.said}
    kept = {conversation: _messages(server, conversation, cookie) for conversation, cookie in owners.items()}
    deadline = time.monotonic() + PATIENCE
    while (running := [one for one, messages in kept.items() if _runs(messages)]) and time.monotonic() < deadline:
        time.sleep(GLANCE)
        kept |= {conversation: _messages(server, conversation, owners[conversation]) for conversation in running}
    return kept


def _until_silent(upstream: Process) -> None:
    deadline = time.monotonic() + LONGEST_ANSWER
    while requests.get(upstream.url, timeout=5).json()["streams"] and time.monotonic() < deadline:
        time.sleep(GLANCE)


def _messages(server: Process, conversation: str, cookie: str) -> list[dict[str, Any]]:
    """None where there is no such conversation: whether there should be is for the verdict to say."""
    address = f"{server.url}/conversations/{conversation}.json"
    response = requests.get(address, headers={"Cookie": f"{COOKIE_BEHIND_ROUTER}={cookie}"}, timeout=30)
    if response.status_code == 404:
        return []
    response.raise_for_status()
    messages: list[dict[str, Any]] = response.json()["messages"]
    return messages


def _runs(messages: list[dict[str, Any]]) -> bool:
    return any(message["state"] == "running" for message in messages)
