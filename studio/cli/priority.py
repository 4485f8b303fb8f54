"""Who goes first where there are few processors: pages, because people wait. And no work that is for nothing."""

import gc
import os


def give_way(*, patiently: bool = False) -> None:
    """Let others go before this process; ``patiently``: work only while nobody else has anything to do.

    Where the system knows no such thing, nothing changes.
    """
    if patiently and hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    elif hasattr(os, "nice"):
        os.nice(10)


def loaded() -> None:
    """Say that what is in memory now stays there as long as this process: nothing of it is garbage.

    The collector looks at all the rest again and again, which was a seventh of what composing a digest costs.
    Source: https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.freeze()
