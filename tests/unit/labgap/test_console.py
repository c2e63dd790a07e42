from hypothesis import given
from hypothesis import strategies as st

from labgap.console import printable


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[31mred\x07") == "a\\x1b[31mred\\x07"
    assert "\u202e" not in printable("\u202eevil")


def test_words_of_any_language_stay() -> None:
    assert printable("Größe 箱 😀\n\tx") == "Größe 箱 😀\n\tx"


@given(st.text())
def test_nothing_unprintable_is_left(text: str) -> None:
    left = printable(text).replace("\n", "").replace("\t", "")
    assert left.isprintable() or all(
        character.isspace() for character in left if not character.isprintable()
    )
