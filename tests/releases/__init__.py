"""A database of each release, as that release left it, for all later ones to bring up to date.

`python -m tests.releases 0.1.0` keeps them, of SQLite and of PostgreSQL, in a folder of that name, with what a visitor
read in them at the time. docs/releasing.md says when. What is kept is never made anew.
"""
