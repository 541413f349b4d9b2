"""The commands of `flask`: ask a model from the shell, list the models, bring the database up to date, clean it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
import orjson
from flask import Flask
from flask.cli import with_appcontext

from parley.database import DatabaseRefused, DatabaseUnavailable
from parley.inference.attachments import how_to_set
from parley.inference.catalogue import Choice, Model
from parley.inference.client import ChatRequest
from parley.inference.errors import InferenceError
from parley.inference.events import Notice, Text
from parley.parts import parts
from parley.reports import usage

NOT_CONFIGURED = 3  # an exit status; 1 and 2 are taken by what went wrong

Said = dict[str, str]


def is_running() -> bool:
    """Whether the app is made for one of these commands. They serve no pages, so they need no SECRET_KEY."""
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name != "run"


def is_serving() -> bool:
    """Whether the app is made for `flask run`, which is told nothing of how it will end."""
    context = click.get_current_context(silent=True)
    return context is not None and context.info_name == "run"


def init_app(app: Flask) -> None:
    for command in (ask, models, usage, migrate, clean, prepare, revision):
        app.cli.add_command(command)


@click.command()
@click.argument("prompt", required=False)
@click.option("--model", help="The model to ask; `flask models` lists them.")
@click.option("--system", help="Instructions that go before the conversation.")
@click.option("--temperature", type=click.FloatRange(0, 2), help="From 0, sober, to 1, playful.")
@click.option("--max-tokens", type=click.IntRange(min=1), help="The greatest length of an answer, in tokens.")
@click.option("--turn", "turns", multiple=True, help="What to say next, after the answer. May be given several times.")
@click.option("--no-stream", is_flag=True, help="Print the answer once it is whole.")
@click.option("--json", "raw", is_flag=True, help="Print the reply as the model's service sent it.")
@with_appcontext
def ask(
    prompt: str | None,
    model: str | None,
    system: str | None,
    temperature: float | None,
    max_tokens: int | None,
    turns: tuple[str, ...],
    no_stream: bool,
    raw: bool,
) -> None:
    """Ask a model, and print its answer as it comes. Text from a pipe is added to the prompt."""
    _require_configuration()
    say = _print_raw if raw else _print_whole if no_stream else _print_stream
    said: list[Said] = [{"role": "system", "content": system}] if system else []
    with _refusals_explained():
        choice = parts().catalogue.choose(model)
        _mention(choice.notice)
        for question in _questions(prompt, turns):
            said.append({"role": "user", "content": question})
            answer = say(choice, ChatRequest(choice.model, tuple(said), temperature, max_tokens))
            said.append({"role": "assistant", "content": answer})


@click.command()
@with_appcontext
def models() -> None:
    """List what the attachments offer: id, state, kind, and what replaces a model that goes away."""
    _require_configuration()
    rows = [("MODEL", "STATE", "KIND", "REPLACEMENT"), *map(_row, parts().catalogue.models())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database to what this release expects."""
    _migrate()


@click.command()
@with_appcontext
def clean() -> None:
    """Remove what visitors deleted, and what RETENTION_DAYS keeps no longer. For Heroku's Scheduler."""
    try:
        removed = parts().removal.clean()
    except (DatabaseUnavailable, DatabaseRefused) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Removed {removed} {'conversation' if removed == 1 else 'conversations'}.")


@click.command(hidden=True)
@with_appcontext
def prepare() -> None:
    """Migrate, and exit with 3 where no inference attachment is configured: `make run` asks both at once."""
    _migrate()
    sys.exit(0 if parts().config.attachments else NOT_CONFIGURED)


@click.command(hidden=True)
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Write a migration from what has changed in parley/database.py. For developers."""
    from parley import schema  # here, since it loads Alembic: 0.4 s and 15 MB that no server needs

    schema.write_revision(parts().archive.database, message)


def _migrate() -> None:
    from parley import schema  # as above

    try:
        schema.upgrade(parts().archive.database)
    except (schema.NewerSchema, DatabaseUnavailable) as error:
        raise click.ClickException(str(error)) from error


def _require_configuration() -> None:
    missing = parts().config.missing
    if missing:
        click.echo(f"Not configured: {' and '.join(missing)} not set. To set what an attached add-on gives:", err=True)
        for name in missing:
            click.echo(f"  {how_to_set(name)}", err=True)
        sys.exit(1)


def _questions(prompt: str | None, turns: tuple[str, ...]) -> list[str]:
    piped = "" if sys.stdin.isatty() else sys.stdin.read().strip()
    first = "\n\n".join(text for text in (prompt, piped) if text)
    questions = [text for text in (first, *turns) if text]
    if not questions:
        raise click.UsageError('Say what to ask: flask --app app ask "Why is Heroku so cool?"')
    return questions


def _print_stream(choice: Choice, request: ChatRequest) -> str:
    said = []
    with choice.client.ask(request) as reply:
        reply.open()
        for batch in reply.batches():
            for event in batch:
                match event:
                    case Text(text):
                        said.append(text)
                        click.echo(text, nl=False)
                    case Notice(message):
                        _mention(message)
    click.echo()
    return "".join(said)


def _print_whole(choice: Choice, request: ChatRequest) -> str:
    said = _content(choice.client.complete(request))
    click.echo(said)
    return said


def _print_raw(choice: Choice, request: ChatRequest) -> str:
    reply = choice.client.complete(request)
    click.echo(orjson.dumps(reply, option=orjson.OPT_INDENT_2))
    return _content(reply)


def _content(reply: dict[str, object]) -> str:
    """The words of a reply that came in one piece."""
    match reply:
        case {"choices": [{"message": {"content": str(words)}}, *_]}:
            return words
        case {"choices": [{"message": {"content": list(blocks)}}, *_]}:
            return "".join(str(block.get("text", "")) for block in blocks if isinstance(block, dict))
    return ""


@contextmanager
def _refusals_explained() -> Iterator[None]:
    try:
        yield
    except InferenceError as failure:
        click.echo(f"Request failed: {failure.status} {failure.reason}", err=True)
        click.echo(failure.advice, err=True)
        sys.exit(1)


def _mention(notice: str | None) -> None:
    if notice:
        click.echo(notice, err=True)


def _row(model: Model) -> tuple[str, str, str, str]:
    return model.id, model.state, ", ".join(model.kinds) or "-", model.replacement or "-"
