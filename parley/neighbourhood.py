"""Where a request comes from, for what is counted by address."""

import ipaddress

from flask import request

from parley.parts import parts

NEIGHBOURS = 64  # bits that the IPv6 addresses of one household have in common: the rest it may choose as it likes


def neighbourhood() -> str:
    """Whoever asks from here counts as one."""
    try:
        address = ipaddress.ip_address(_address())
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ipaddress.ip_network((address, NEIGHBOURS), strict=False))


def _address() -> str:
    """The last entry of `X-Forwarded-For` is the router's; the others are anybody's."""
    if parts().config.behind_router:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return request.remote_addr or ""
