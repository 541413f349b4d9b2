"""The answer to every question about what isn't there, or isn't the asker's."""


class NotFound(Exception):
    """No such thing, or a stranger's: the one who asks is not told which."""
