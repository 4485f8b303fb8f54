"""Whose certificates are believed when the line to a mail server is encrypted."""

import socket
import ssl


class _NamedContext(ssl.SSLContext):
    """Checks the name that a certificate was made for, where the server is reached at another address."""

    name = ""

    def wrap_socket(  # noqa: PLR0917 - as in the standard library
        self,
        sock: socket.socket,
        server_side: bool = False,  # noqa: FBT001, FBT002
        do_handshake_on_connect: bool = True,  # noqa: FBT001, FBT002
        suppress_ragged_eofs: bool = True,  # noqa: FBT001, FBT002
        server_hostname: str | bytes | None = None,
        session: ssl.SSLSession | None = None,
    ) -> ssl.SSLSocket:
        """Begin the encrypted conversation."""
        name = self.name or server_hostname
        return super().wrap_socket(sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, name, session)


def trusted(ca_file: str = "", *, name: str = "") -> ssl.SSLContext:
    """Return what checks a server: against ``ca_file`` alone, or whom the machine trusts; for ``name`` or its address.

    There is no way to check nothing: a certificate that signed itself can be its own ``ca_file``.
    Raises OSError, of which ssl.SSLError is one, if the file cannot be read or holds no certificate.
    """
    context = _NamedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.name = name
    if ca_file:
        context.load_verify_locations(ca_file)
    else:
        context.load_default_certs()
    return context
