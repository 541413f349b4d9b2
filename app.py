"""The one place where the parts are joined. Everything else is told what it needs."""

import os
from datetime import timedelta

from flask import Flask

from parley import assets, commands, errors, guests, leaving, logs, security, watching
from parley.answers import Answers
from parley.archive import Archive
from parley.branding import branding
from parley.budget import Budget
from parley.config import Config
from parley.database import Database, connections_of_each
from parley.door import door
from parley.files import files
from parley.inference.catalogue import Catalogue
from parley.inference.client import InferenceClient
from parley.inviting import inviting
from parley.limits import Limits
from parley.lists import lists
from parley.options import options
from parley.organising import organising
from parley.pages import pages
from parley.parts import Parts
from parley.removal import Removal
from parley.seen import seen
from parley.setup import setup
from parley.shares import shares
from parley.theme import theme
from parley.turns import turns
from parley.uploads import uploads
from parley.usage import usage

BLUEPRINTS = (
    *(door, inviting, pages, lists, options, organising, files, shares, seen, theme, branding),
    *(setup, turns, uploads, usage),
)


def create_app(config: Config | None = None) -> Flask:
    """Make an app from its settings, or from those of the environment. Importing this module has no effect."""
    config = config or commands.settings(os.environ)
    if not commands.is_running():
        security.require_secret(config)
    connections = connections_of_each(config.processes, config.database_connections)
    archive = Archive(Database(config.database_url, connections))
    clients = [
        InferenceClient(attachment, config.connect_timeout, config.read_timeout) for attachment in config.attachments
    ]

    answers = Answers(archive)
    removal = Removal(archive, timedelta(days=config.retention_days) if config.retention_days else None)
    if commands.is_serving():
        leaving.say_farewell_at_the_end(answers)
        removal.begin()

    app = Flask(__name__)
    limits, budget = Limits(archive.counters), Budget(archive.ledger, config.daily_token_budget, config.system_prompt)
    app.extensions["parley"] = Parts(config, archive, answers, Catalogue(clients), removal, limits, budget)
    app.jinja_env.globals.update(app_name=config.app_name, retention_days=config.retention_days)
    assets.init_app(app, config)
    logs.init_app(app)
    watching.init_app(config)
    security.init_app(app, config)
    errors.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    commands.init_app(app)
    guests.init_app(app)
    return app
