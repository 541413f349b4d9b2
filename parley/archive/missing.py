"""What is not there, as far as the one who asks is told."""


class NotFound(Exception):
    """No such thing, or a stranger's: the one who asks is not told which."""
