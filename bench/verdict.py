"""What was promised, what was seen, and what is there: whatever doesn't agree is said in a sentence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.ledger import Heard, Ledger, Said
from bench.reading import fingerprint
from bench.restarts import Restart
from bench.speech import Question, first_breath, speech, words_in
from parley import markdown

PROMISE = 1.0  # seconds: what was seen so long before a SIGKILL is kept
BLAMED = 10.0  # seconds: what was seen longer before a SIGKILL, and is gone, was lost some other way

Message = dict[str, Any]


class Verdict:
    """`lost` is what was acknowledged or seen and isn't there; `wrong` is what is there, and shouldn't be so.

    `losses` are how long before a SIGKILL the words had been seen that it took along.
    """

    def __init__(self, ledger: Ledger, kept: Mapping[str, Sequence[Message]], kills: Sequence[Restart]) -> None:
        self.lost: list[str] = []
        self.wrong: list[str] = list(ledger.mistakes)
        self.losses: list[float] = []
        self._kept = kept
        self._kills = kills
        self._messages = {message["id"]: message for messages in kept.values() for message in messages}
        self._answers = [message for message in self._messages.values() if message["role"] == "assistant"]

        for said in ledger.said:
            self._judge_message(said)
        for answer in self._answers:
            self._judge_text(answer)
        for number, heard in ledger.heard.items():
            self._judge_heard(number, heard)

    @property
    def states(self) -> Counter[str]:
        return Counter(answer["state"] for answer in self._answers)

    def _judge_message(self, said: Said) -> None:
        """It is there once, and its answer beneath it."""
        found = [one for one in self._kept[said.conversation] if one["role"] == "user" and one["text"] == said.text]
        if not found:
            self.lost.append(f"message {said.text!r} of conversation {said.conversation}")
        elif len(found) > 1:
            self.wrong.append(f"message {said.text!r} is there {len(found)} times")
        elif self._messages.get(said.answer, {}).get("parent") != found[0]["id"]:
            self.lost.append(f"answer {said.answer}, which was to stand beneath {said.text!r}")

    def _judge_text(self, answer: Message) -> None:
        """It is what the model said, without a gap, and as much of it as its state says."""
        question = Question.read(self._messages[answer["parent"]]["text"])
        name, text, state = answer["id"], answer["text"], answer["state"]
        if not speech(question).startswith(text):
            self.wrong.append(f"{state} answer {name} is not what the model said: {_difference(text, question)}")
        elif state == "complete" and text != speech(question):
            self.wrong.append(f"answer {name} is complete, and lacks {len(speech(question)) - len(text)} characters")
        elif state == "length" and text != first_breath(question):
            self.wrong.append(f"answer {name} was cut elsewhere than where the model cut it")
        elif state == "failed" and text:
            self.wrong.append(f"answer {name} failed, and has words")
        elif state == "running":
            self.wrong.append(f"answer {name} still runs")

    def _judge_heard(self, name: str, heard: Heard) -> None:
        """What a reader saw of it is there, as the reader saw it."""
        answer = self._messages.get(name)
        if answer is None:
            self.lost.append(f"answer {name} to {heard.text!r}")
            return
        self._judge_words(answer, heard)
        if heard.state and heard.state != answer["state"]:
            self.wrong.append(f"a reader was told that answer {name} is {heard.state}; it is {answer['state']}")
        if heard.html and heard.html != fingerprint("".join(markdown.blocks(answer["text"]))):
            self.wrong.append(f"what the events made of answer {name} is not what its page shows")

    def _judge_words(self, answer: Message, heard: Heard) -> None:
        """Only what was seen in the last second before a SIGKILL may be missing."""
        words = len(words_in(answer["text"], Question.read(heard.text)))
        missing = [sighting for sighting in heard.sightings if sighting.word > words]
        for sighting in missing[:1]:
            kill = next((kill for kill in self._kills if kill.sent - BLAMED < sighting.at < kill.back), None)
            if kill:
                self.losses.append(max(0.0, kill.sent - sighting.at))
            if not kill or sighting.at < kill.sent - PROMISE:
                self.lost.append(f"words {words + 1} to {missing[-1].word} of {answer['state']} answer {answer['id']}")


def _difference(text: str, question: Question) -> str:
    """Where a text leaves what the model said."""
    said = speech(question)
    at = next((at for at, (one, other) in enumerate(zip(text, said, strict=False)) if one != other), len(said))
    return f"{text[max(0, at - 30) : at + 30]!r} in the place of {said[max(0, at - 30) : at + 30]!r}"
