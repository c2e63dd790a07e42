import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reports.escaping import code_span, json_for_html, markdown_cell, markdown_prose, visible

ANYTHING = st.text(st.characters(), max_size=60)
ATTACKS = [
    "<script>alert(1)</script>",
    "[click](https://evil.example)",
    "![x](https://evil.example/p.png)",
    "`code` ``more``",
    "a | b | c",
    "**bold** _em_ ~~gone~~",
    "@someone #12 https://evil.example www.evil.example <b>x</b>",
    "# heading",
    "- list",
    "1. list",
    "> quote",
    "&lt;b&gt;",
    "line\n\n# heading",
]


def _kinds(text):
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    return {token.type for token in [*tokens, *inner]}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("\x00\x1b[31m", "\\u0000\\u001b[31m"),
        ("tab\there\r\nnow", "tab here  now"),
        ("\ud800", "\\ud800"),
        ("\u200b\ufeff", "\\u200b\\ufeff"),
        ("\U000e0041", "\\U000e0041"),
        ("Łódź 東京 é", "Łódź 東京 é"),
    ],
)
def test_what_cannot_be_seen_is_shown(raw, shown):
    assert visible(raw) == shown


@given(ANYTHING)
def test_visible_text_always_encodes_and_stays_put(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert visible(shown) == shown
    assert not any(ord(char) < 32 for char in shown)


@given(st.dictionaries(ANYTHING, ANYTHING | st.integers() | st.none(), max_size=4))
def test_json_cannot_leave_its_script_element_and_reads_back(value):
    text = json_for_html(value)
    assert not set("<>&") & set(text)
    assert text.isascii()
    assert json.loads(text) == value


def test_numbers_that_are_not_finite_become_null():
    assert json_for_html({"a": [float("nan"), float("inf"), 1.5]}) == '{"a":[null,null,1.5]}'


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_code_span_stays_one_code_span(attack):
    kinds = _kinds(f"before {code_span(attack)} after")
    assert kinds == {"paragraph_open", "inline", "paragraph_close", "text", "code_inline"}


@given(ANYTHING)
def test_no_text_leaves_its_code_span(text):
    kinds = _kinds(f"x {code_span(text)} y")
    assert kinds == {"paragraph_open", "inline", "paragraph_close", "text", "code_inline"}


@pytest.mark.parametrize("attack", ATTACKS)
def test_prose_is_only_text(attack):
    kinds = _kinds(markdown_prose(attack))
    assert kinds <= {"paragraph_open", "inline", "paragraph_close", "text", "text_special"}


@given(ANYTHING.filter(lambda text: text.strip()))
def test_any_prose_is_only_text(text):
    kinds = _kinds(markdown_prose(text))
    assert kinds <= {"paragraph_open", "inline", "paragraph_close", "text", "text_special"}


def test_prose_makes_no_link_mention_or_issue():
    text = markdown_prose("https://evil.example www.evil.example @someone #12")
    assert "s://" not in text
    assert "www." not in text
    assert "@someone" not in text
    assert "#12" not in text


@pytest.mark.parametrize("attack", ["a | b", "`|`", "x \\| y", "|||"])
def test_a_cell_stays_one_cell(attack):
    row = f"| h | i |\n|---|---|\n| {markdown_cell(code_span(attack))} | z |"
    tokens = MarkdownIt("commonmark").enable("table").parse(row)
    assert [token.type for token in tokens].count("td_open") == 2
    cells = [token.content for token in tokens if token.type == "inline"]
    assert cells[3] == "z"
