"""Everything that somebody once typed, as long as it may be and without a place to break it."""

import sqlite3
from pathlib import Path

LETTERS = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
"""Eighty letters in one word."""
CHARACTERS = (
    "卧式数控深孔钻镗床含冷却过滤系统与自动排屑装置液压站及三号地坑排水泵附属导轨刮板防护罩与润滑油路改造项目专用备件库"
)
TYPED = {
    "attachments": ("filename", "caption"),
    "calendar_exceptions": ("note",),
    "calls": ("title", "text", "wanted", "prizes"),
    "comments": ("body",),
    "criteria": ("name_zh", "name_en", "hint_zh", "hint_en"),
    "criterion_levels": ("text_zh", "text_en"),
    "decision_reasons": ("name_zh", "name_en"),
    "decisions": ("reason",),
    "hooks": ("name",),
    "information_requests": ("question", "answer"),
    "kinds": ("name_zh", "name_en", "gloss_zh", "gloss_en"),
    "machines": ("name_zh", "name_en"),
    "occasions": ("name_zh", "name_en"),
    "outgoing_mails": ("subject", "recipient_name", "address", "last_error"),
    "people": ("name", "name_en", "job_zh", "job_en"),
    "proposals": ("title", "problem", "measure", "effect", "location"),
    "reviews": ("comment",),
    "rubrics": ("name_zh", "name_en"),
    "saved_searches": ("name",),
    "second_opinions": ("question", "words"),
    "shift_calendars": ("name_zh", "name_en"),
    "sign_in_attempts": ("employee_no", "address"),
    "studios": ("name_zh", "name_en", "intro_zh", "intro_en"),
    "themes": ("name_zh", "name_en"),
    "units": ("name_zh", "name_en"),
}
"""Table -> its columns with words in them."""


def lengthen(data: Path) -> None:
    """Make all that was typed at a site long; every other row gets letters, the rest Chinese characters."""
    with sqlite3.connect(data / "studio.sqlite") as connection:
        for table, columns in TYPED.items():
            for column in columns:
                words = "iif(rowid % 2, ?, ?)"
                known = f"{column} IS NOT NULL AND {column} <> ''"
                connection.execute(f"UPDATE {table} SET {column} = {words} WHERE {known}", (LETTERS, CHARACTERS))
    connection.close()
