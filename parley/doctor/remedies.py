"""The commands that put things right, as they are where the app runs: on a dyno, or on a machine of one's own."""

from parley.config import Config


def setting(config: Config, name: str, value: str) -> str:
    """Set a variable."""
    if config.behind_router:
        return f"To set it: heroku config:set -a APP_NAME {name}={value}"
    return f"To set it, put into .env: {name}={value}"


def setting_at_random(config: Config, name: str) -> str:
    """Set a secret that nobody has to know by heart."""
    if config.behind_router:
        return setting(config, name, "$(openssl rand -hex 32)")
    return f'To set it: echo "{name}=$(openssl rand -hex 32)" >> .env'


def removing(config: Config, name: str) -> str:
    """Have a variable no more."""
    return f"To remove it: heroku config:unset -a APP_NAME {name}" if config.behind_router else "Take it out of .env."


def copying(config: Config, name: str) -> str:
    """Set a variable that an add-on gives."""
    if config.behind_router:
        return "To attach it: heroku addons:create heroku-inference:standard -a APP_NAME --as INFERENCE"
    return f"To set it: export {name}=$(heroku config:get -a APP_NAME {name})"


def running(config: Config, command: str) -> str:
    """Run a command of `flask`."""
    on_heroku = "heroku run -a APP_NAME " if config.behind_router else ""
    return f"Run {on_heroku}flask --app app {command}"
