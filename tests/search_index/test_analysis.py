from search_index.analysis import fold, grams, stems, words


def test_width_case_and_ligatures_do_not_matter() -> None:
    assert fold("Ｍ１６×６０ ㎜ ℃ ﬁ Straße") == fold("m16×60 mm °c fi STRASSE")


def test_grams_stay_within_a_run_without_spaces() -> None:
    assert grams("轴承 ab") == {"轴", "承", "轴承", "a", "b", "ab"}


def test_words_are_chinese_words_and_whole_model_numbers() -> None:
    assert {"螺栓", "m16×60", "6es7-1214c"} <= words(fold("M16×60螺栓，PLC 6ES7-1214C"))


def test_english_forms_share_a_stem() -> None:
    assert stems("bearings") == stems("bearing")
