"""Where the doctor looks."""

import pytest

from tests.upstream import Upstream


@pytest.fixture
def home(upstream: Upstream, database_url: str) -> dict[str, str]:
    """Where all is well."""
    return {**upstream.env, "DATABASE_URL": database_url}
