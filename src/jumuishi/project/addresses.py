"""Where an installation listens: this machine only or beyond it, under which names, on a free port."""

import contextlib
import errno
import ipaddress
import socket

from jumuishi.project.installation import InstallationError


def is_loopback(host: str) -> bool:
    """Whether the host means this machine only."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def own_names(host: str) -> list[str]:
    """The names by which others may ask for this machine."""
    names = {host, "127.0.0.1", "localhost", socket.gethostname(), socket.getfqdn()}
    with contextlib.suppress(OSError):
        names.update(str(found[4][0]) for found in socket.getaddrinfo(socket.gethostname(), None))
    # Where the way out leads; connecting a datagram socket sends nothing.
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        names.add(str(probe.getsockname()[0]))
    return sorted(names)


def free_port(host: str, port: int) -> int:
    """The port, or a free one for 0; raises InstallationError when somebody listens there."""
    if not 0 <= port < 65536:
        raise InstallationError(f"{port} is no port: use --port with 1 to 65535, or 0 for a free one.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            # The web server shares its port between processes and would not notice another listener.
            probe.bind((host, port))
        except (socket.gaierror, UnicodeError) as error:
            raise InstallationError(f"{host} is no address of this machine: use --host 127.0.0.1.") from error
        except PermissionError as error:
            raise InstallationError(f"port {port} is for root only: use --port 8000 or another above 1023.") from error
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise InstallationError(f"{host} is no address of this machine: use --host 127.0.0.1.") from error
            raise InstallationError(
                f"port {port} on {host} is not free ({error.strerror}): use --port N, or --port 0."
            ) from error
        return int(probe.getsockname()[1])
