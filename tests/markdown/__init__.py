"""Tests of Markdown, whole and growing."""
