"""Tests of the way to a model and back."""
