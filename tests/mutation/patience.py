"""A mistake may send the program round in circles: nothing is waited for longer than its patience."""

import signal
from contextlib import contextmanager


class TooLong(BaseException):
    """It does not come to an end; no `except Exception` swallows this."""


@contextmanager
def in_time(seconds: float):
    """Let the block run so long, and no longer.

    Raises:
        TooLong: it has not come to its end.

    """

    def ring(*_):
        raise TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
