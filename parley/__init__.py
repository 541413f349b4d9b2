"""Parley: a web chat app over an OpenAI-compatible inference endpoint. Its modules are named after what happens to a message."""
