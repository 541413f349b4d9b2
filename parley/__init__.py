"""Parley: a web chat app over an OpenAI-compatible inference endpoint. Its modules are the stops of a message."""
