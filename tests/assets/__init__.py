"""Tests of style sheets, scripts and pages on their way to a browser."""
