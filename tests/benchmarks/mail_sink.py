"""A mail server that takes everything and keeps nothing, in a process of its own: ``python -m … PORT``."""

import asyncio
import sys

OK = b"250 taken\r\n"
HELLO = b"250-sink\r\n250 PIPELINING\r\n"
ANSWERS = {b"EHLO": HELLO, b"HELO": OK, b"MAIL": OK, b"RCPT": OK, b"RSET": OK, b"NOOP": OK, b"QUIT": b"221 bye\r\n"}


class Sink(asyncio.Protocol):
    """Answers as a relay does, one answer a command, and counts nothing: as quick as Python can be."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received, self.in_data = transport, bytearray(), False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer every whole command, and every whole mail."""
        self.received += data
        while True:
            end = b"\r\n.\r\n" if self.in_data else b"\r\n"
            # What was looked at before is not looked at again, but for the few bytes that an end may begin with.
            at = self.received.find(end, max(0, len(self.received) - len(data) - len(end)))
            if at < 0:
                return
            line = bytes(self.received[:4]).upper()
            del self.received[: at + len(end)]
            data = bytes(self.received)
            self._answer(line)

    def _answer(self, command: bytes) -> None:
        if self.in_data:
            self.in_data = False
            self.transport.write(OK)
        elif command == b"DATA":
            self.in_data = True
            self.transport.write(b"354 go on\r\n")
        else:
            self.transport.write(ANSWERS.get(command, b"500 what?\r\n"))
            if command == b"QUIT":
                self.transport.close()


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
