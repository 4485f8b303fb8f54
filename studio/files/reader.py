"""The reading process: what it is asked on standard input it answers on standard output, a line of JSON each.

It is made to be killed. It opens what strangers made, so it may grow only so large, may write no file, ends itself
when one document takes too long, and ends when whoever started it is gone. ``studio.files.reading`` starts it.
"""

import faulthandler
import json
import os
import sys
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any

from studio.files import texts


def main() -> None:
    """Answer until standard input ends."""
    order = json.loads(sys.argv[1])
    _stay_small(order["memory"])
    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    for line in sys.stdin.buffer:
        faulthandler.dump_traceback_later(order["seconds"], exit=True)
        answer = _answer(json.loads(line), order)
        faulthandler.cancel_dump_traceback_later()
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _stay_small(memory: int) -> None:
    """Let the system refuse more memory than that, in bytes, and any written file. Windows has no such limits."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - there is none on Windows

        for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
            hard = resource.getrlimit(limit)[1]
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(limit, (allowed, allowed))
        os.nice(10)  # people wait for pages, nobody for this


def _answer(asked: Mapping[str, str], order: Mapping[str, Any]) -> Mapping[str, str]:
    """Return ``text``, or ``reason`` if there is none to be had: what was read before it broke is kept."""
    kept: list[str] = []
    reason = ""
    try:
        with open(asked["path"], "rb") as stream:  # noqa: PTH123 - a path as the file store says it
            _keep(kept, texts.pieces(stream, asked["media_type"]), order)
    except texts.Locked:
        reason = "locked"
    except texts.TooLarge:
        reason = "too_large"
    except TimeoutError:
        reason = "too_long"
    except MemoryError:
        reason = "too_much_memory"
    except Exception:  # noqa: BLE001 - a damaged file can make a library raise anything
        reason = "broken"
    text = "\n".join(kept)[: order["characters"]]
    return {"reason": reason} if reason and not text else {"text": text}


def _keep(kept: list[str], pieces: Iterable[str], order: Mapping[str, Any]) -> None:
    """Keep pieces until there is enough, or half of the time is over: a single piece may need the other half."""
    room, until = order["characters"], monotonic() + order["seconds"] / 2
    for piece in filter(None, map(texts.tidied, pieces)):
        kept.append(piece)
        room -= len(piece) + 1
        if room <= 0:
            return
        if monotonic() > until:
            raise TimeoutError


if __name__ == "__main__":
    main()
