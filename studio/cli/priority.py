"""Who goes first where there are few processors: pages, because people wait for them."""

import os


def give_way(*, patiently: bool = False) -> None:
    """Let others go before this process; ``patiently``: work only while nobody else has anything to do.

    Where the system knows no such thing, nothing changes.
    """
    if patiently and hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    elif hasattr(os, "nice"):
        os.nice(10)
