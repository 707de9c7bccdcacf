"""How a class finds the server: the address to type, and the same as a QR code to scan."""

import contextlib
import ipaddress
import socket
from urllib.parse import urlsplit, urlunsplit

import segno

EVERYWHERE = ("", "0.0.0.0", "::")
"""What a server listens to that can be reached from other machines."""


def join_address(seen: str, page: str, listens_to: str, query: str = "") -> str | None:
    """The address of the first page for everybody in the room; None if only this machine reaches the server.

    seen: the lecturer's own address, which is right for everybody unless it means "this machine".
    page: the name of the page in it. listens_to: the server's setting `server.address`.
    query: what the address asks of the first page, `"lang=ko"`.
    """
    parts = urlsplit(seen)
    path = parts.path.removesuffix("/").removesuffix(page).rstrip("/") + "/"
    host = parts.hostname or "localhost"
    if not _is_this_machine(host):
        return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
    if listens_to in EVERYWHERE:
        found = local_network_address()
        if found is None:
            return None
        host = found
    elif _is_this_machine(listens_to):
        return None
    else:
        host = listens_to
    shown = f"[{host}]" if ":" in host else host
    netloc = f"{shown}:{parts.port}" if parts.port else shown
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def local_network_address() -> str | None:
    """This machine's address in the network through which it would reach others; None without a network.

    Nothing is sent: connecting a datagram socket only chooses the way. The address is one for documentation.
    """
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        found = probe.getsockname()[0]
        return None if _is_this_machine(found) else found
    return None


def qr_code(text: str) -> str:
    """A PNG of it as the source of an image: black on white, whatever the page's colours, with the quiet zone
    that scanners need."""
    return segno.make(text, error="m", micro=False).png_data_uri(scale=10, border=4)


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        return address.is_loopback or address.is_unspecified
    return False
