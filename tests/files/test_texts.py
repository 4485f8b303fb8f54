"""What is read from documents as they come from a shop floor."""

import io
import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_index.analysis import fold
from studio.files import kinds, texts
from tests.files import samples

SENTENCE = "换辊时导卫板老往左边跑"


def read(content: bytes, kind: kinds.FileKind) -> str:
    assert kinds.recognise(io.BytesIO(content), "") is kind, "only what may be attached is ever read"
    return "\n".join(filter(None, map(texts.tidied, texts.pieces(io.BytesIO(content), kind.media_type))))


def test_a_pdf_page_by_page():
    assert read(samples.pdf(SENTENCE, "", "bearing 6205-2RS"), kinds.PDF) == f"{SENTENCE}\nbearing 6205-2RS"


def test_a_pdf_with_pictures_only_says_nothing():
    assert read(samples.pdf("", stream=b"q 100 0 0 100 0 0 cm /Im1 Do Q\n"), kinds.PDF) == ""


def test_a_pdf_that_only_forbids_printing_is_read():
    assert read(samples.locked_pdf(SENTENCE, ""), kinds.PDF) == SENTENCE


def test_a_pdf_behind_a_password_is_not():
    with pytest.raises(texts.Locked):
        read(samples.locked_pdf(SENTENCE, "secret"), kinds.PDF)


def test_word_paragraphs_stay_apart_and_runs_together():
    one = "<w:p><w:r><w:t>限位</w:t></w:r><w:r><w:t>角铁</w:t><w:tab/><w:t>两块</w:t></w:r></w:p>"
    twice = "<mc:AlternateContent><mc:Choice><w:p><w:t>框</w:t></w:p></mc:Choice><mc:Fallback><w:p><w:t>框</w:t></w:p>"
    twice += "</mc:Fallback></mc:AlternateContent>"
    gone = "<w:p><w:r><w:delText>划掉的</w:delText></w:r></w:p>"
    content = samples.docx(SENTENCE, "a < b & c", more=one + twice + gone)
    assert read(content, kinds.DOCX) == f"{SENTENCE}\na < b & c\n限位角铁 两块\n框"


def test_a_word_file_that_asks_for_entities_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    bad = samples.office(body=bomb)
    with pytest.raises(ValueError, match="DTDForbidden"):
        read(bad, kinds.DOCX)


def test_slides_come_in_their_order():
    slides = [f"第{number}页" for number in range(1, 13)]
    assert read(samples.pptx(*slides), kinds.PPTX).split("\n") == slides


def test_words_and_whole_numbers_of_a_workbook():
    content = samples.workbook(["名称", "图号", "重量"], ["顶丝", 308215, 0.127], [None, True, "M12×60"])
    assert read(content, kinds.XLSX) == "Sheet\n名称 图号 重量\n顶丝 308215\nM12×60"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_plain_text_in_the_encodings_people_have(encoding: str):
    assert read(f"{SENTENCE}\r\n镕\r\n".encode(encoding), kinds.TEXT) == f"{SENTENCE}\n镕"


def test_a_wrapped_sentence_is_one_and_headings_set_wide_are_words():
    page = "图 纸 说 明\n三号轧机换辊的时候导卫板老往左\n边跑，一个班停两回。\n名称 数量\n顶丝 两颗"
    joined = texts._in_sentences(texts.tidied(page))
    assert joined == "图纸说明\n三号轧机换辊的时候导卫板老往左边跑，一个班停两回。\n名称 数量\n顶丝 两颗"


def test_radicals_are_read_as_the_characters_they_look_like():
    assert texts.tidied("⽼⻋间⻓⻔⻚⾓铁") == "老车间长门页角铁"


@given(st.text())
def test_what_is_kept_can_be_stored_and_has_no_needless_room(text: str):
    kept = texts.tidied(text)
    kept.encode()
    assert "\0" not in kept
    assert not re.search(r"\s\s|^\s|\s$", kept)
    assert texts.tidied(kept) == kept


@given(st.lists(st.text(st.characters(exclude_categories=("C", "Z", "Co")), min_size=1), min_size=1, max_size=5))
def test_every_word_of_a_document_is_kept(words: list[str]):
    for content, kind in ((samples.docx(*words), kinds.DOCX), (samples.workbook(words), kinds.XLSX)):
        kept = fold(read(content, kind))
        assert all(fold(texts.tidied(word)) in kept for word in words)


def test_no_more_is_opened_than_is_asked_for():
    pages = texts.pieces(io.BytesIO(samples.pdf(*(f"第{n}页" for n in range(300)))), kinds.PDF.media_type)
    assert list(islice(pages, 2)) == ["第0页", "第1页"]
