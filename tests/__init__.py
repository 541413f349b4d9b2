"""Tests: what Parley does, as seen from outside. The model's service in them is a server that runs."""
