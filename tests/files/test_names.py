"""A name is shown and saved under, and can do no harm there."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.files import kinds
from studio.files.names import LONGEST, display_name, extension_of


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("护罩改后.jpg", "护罩改后.jpg"),
        ("护罩.JPEG", "护罩.jpeg"),
        ("../../etc/passwd", "passwd.jpg"),
        (r"C:\Users\张\照片.png", "照片.jpg"),
        ("photo.jpg.exe", "photo.jpg"),
        ("invoice\u202egpj.exe", "invoicegpj.jpg"),
        ("a\u200bb\x00c\r\nd.jpg", "abcd.jpg"),
        ("two\u2028lines.jpg", "twolines.jpg"),
        ("报告 v1.2 终稿", "报告 v1.2 终稿.jpg"),
        ('a<b>:"|?*.jpg', "a_b______.jpg"),
        ("  spaces   inside .jpg", "spaces inside.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("", "image.jpg"),
        ("...", "image.jpg"),
        (".jpg", "jpg.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_a_name_is_cleaned_and_its_extension_made_true(given_name: str, shown: str):
    assert display_name(given_name, kinds.JPEG) == shown


def test_another_extension_of_the_same_type_is_kept():
    assert display_name("line.log", kinds.TEXT) == "line.log"
    assert display_name("line.html", kinds.TEXT) == "line.txt"


def test_the_extension_is_read_in_lower_case():
    assert [extension_of(name) for name in ("A.TXT", "b.tar.GZ", "c", "d.3gp", "e.第一")] == [
        ".txt",
        ".gz",
        "",
        ".3gp",
        "",
    ]


@given(st.text())
def test_no_name_is_dangerous(name: str):
    shown = display_name(name, kinds.PDF)

    assert shown.endswith(".pdf")
    assert len(shown) <= LONGEST
    assert not set(shown) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} for sign in shown)
    assert display_name(shown, kinds.PDF) == shown
