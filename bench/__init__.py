"""The soak test: many readers for some minutes, restarts in between, and a count of what was lost."""
