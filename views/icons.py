"""The drawings of the house: line icons on a 24 px grid, the mark, and the five blocks of progress.

They are written into the page, so they need no second request, follow the text colour, and print.
"""

from functools import cache

from markupsafe import Markup

SHAPES = {
    "archive": '<path d="M4 4h16v5H4zM5.5 9v11h13V9M10 13h4"/>',
    "back": '<path d="m15 5-7 7 7 7"/>',
    "badge": '<path d="M5 4h14v17H5zM9 4V2h6v2"/><circle cx="12" cy="10.5" r="2.5"/>'
    '<path d="M8.5 17.5c0-1.8 1.4-3 3.5-3s3.5 1.2 3.5 3"/>',
    "bubble": '<path d="M3 4h18v13H11l-5 4v-4H3z"/>',
    "calendar": '<path d="M4 5h16v15H4zM4 10h16M8 3v4M16 3v4"/>',
    "camera": '<path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/>',
    "check": '<path d="M4 12.5 9.5 18 20 6.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 6.5V12l4 2.5"/>',
    "compare": '<path d="M3 5h18v14H3zM12 2v20M9 9l-3 3 3 3M15 9l3 3-3 3"/>',
    "cross": '<path d="M5 5l14 14M19 5 5 19"/>',
    "desk": '<path d="M3 4h18v12H3zM8 20h8M12 16v4M7 9l2.5 2.5L14 7"/>',
    "down": '<path d="m5 9 7 7 7-7"/>',
    "download": '<path d="M12 4v11M7 10l5 5 5-5M4 20h16"/>',
    "bell": '<path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4"/>',
    "envelope": '<path d="M3 5h18v14H3zM3 6l9 7 9-7"/>',
    "feed": '<circle cx="6" cy="18" r="1"/><path d="M5 11a8 8 0 0 1 8 8M5 4a15 15 0 0 1 15 15"/>',
    "file": '<path d="M6 3h8l5 5v13H6zM14 3v5h5"/>',
    "filter": '<path d="M3 5h18M6.5 12h11M10 19h4"/>',
    "go": '<path d="m9 5 7 7-7 7"/>',
    "home": '<path d="M4 20V10l8-6 8 6v10h-6v-6h-4v6z"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.2v.1"/>',
    "keep": '<path d="M6 3h12v18l-6-5-6 5z"/>',
    "key": '<circle cx="8" cy="16" r="4.5"/><path d="M11.5 12.5 20 4M15.5 8.5l3 3"/>',
    "link": '<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7'
    'M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17"/>',
    "lock": '<path d="M5 11h14v10H5zM8 11V7.5a4 4 0 0 1 8 0V11"/>',
    "minus": '<path d="M4 12h16"/>',
    "no_signal": '<path d="M4 4 20 20M3 10a13 13 0 0 1 4.5-2.9M12.5 6.1A13 13 0 0 1 21 10'
    'M7 14.2a7.5 7.5 0 0 1 3.4-1.8"/><path d="M12 19h.01"/>',
    "pen": '<path d="M4 20v-4.5L15.5 4 20 8.5 8.5 20zM13 6.5l4.5 4.5"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20v-1.5c0-2.5 2.5-4.5 6.5-4.5s6.5 2 6.5 4.5V20'
    'M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 14.6c2 .7 3 2.2 3 3.9V20"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21v-2c0-3 3-5 8-5s8 2 8 5v2"/>',
    "pin": '<path d="M12 22s7-7.2 7-12.5a7 7 0 0 0-14 0C5 14.8 12 22 12 22z"/><circle cx="12" cy="9.5" r="2.5"/>',
    "plus": '<path d="M12 4v16M4 12h16"/>',
    "printer": '<path d="M7 9V3h10v6M7 17H3V9h18v8h-4M7 14h10v7H7z"/>',
    "repeat": '<path d="M20 5v5h-5M4 19v-5h5"/><path d="M19.5 10A8 8 0 0 0 5 7.5M4.5 14A8 8 0 0 0 19 16.5"/>',
    "route": '<path d="M4 5h7v6h9M16 7l4 4-4 4M4 19h7"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>',
    "thanks": '<path d="M12 20.5 4.2 12.6a4.9 4.9 0 0 1 0-7 4.9 4.9 0 0 1 7 0l.8.8.8-.8a4.9 4.9 0 0 1 7 0'
    ' 4.9 4.9 0 0 1 0 7z"/>',
    "warning": '<path d="M12 3.5 22 20.5H2zM12 10v5M12 17.8v.1"/>',
}

MARK = Markup(
    '<svg class="brand-mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">'
    '<path class="mark-beam" d="M8 7H40V15H33A5 5 0 0 0 28 20V28A5 5 0 0 0 33 33H44V41H4V33H15A5 5 0 0 0 20 28V20'
    'A5 5 0 0 0 15 15H8Z"/><path class="mark-block" d="M34 19.5h9v9h-9z"/></svg>'
)
"""工 is also the section of an I-beam; the small warm block beside it is the idea."""

BLOCKS = 5
BLOCK_WIDTH, BLOCK_STEP, BLOCK_HEIGHT = 10, 14, 14


@cache
def icon(name: str, extra: str = "") -> Markup:
    """Return one line icon; ``extra`` is a further class, such as ``go``. It says nothing to a screen reader."""
    return Markup('<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>').format(
        f" {extra}" if extra else "",
        Markup(SHAPES[name]),  # noqa: S704 - our own drawing
    )


@cache
def five_blocks(done: int, *, last: str = "on") -> Markup:
    """Return the progress as five blocks; ``last`` is how the newest looks: ``on``, ``you`` (waits) or ``stop``."""
    looks = ["on"] * (done - 1) + [last] * (done > 0) + ["off"] * (BLOCKS - done)
    blocks = "".join(
        f'<rect class="{look}" x="{position * BLOCK_STEP}" width="{BLOCK_WIDTH}" height="{BLOCK_HEIGHT}"/>'
        for position, look in enumerate(looks)
    )
    return Markup('<svg class="five" viewBox="0 0 66 14" aria-hidden="true" focusable="false">{}</svg>').format(
        Markup(blocks)  # noqa: S704 - made of numbers just above
    )
