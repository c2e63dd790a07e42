import pytest

from scenarios.yaml_scalars import UnclearScalar, plain_scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-7", -7),
        ("+7", 7),
        ("0", 0),
        ("9223372036854775807", 2**63 - 1),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-2.5E-2", -0.025),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("quickstart", "quickstart"),
        ("2.5 m/s", "2.5 m/s"),
        ("1.2.3", "1.2.3"),
        ("e3", "e3"),
        (".", "."),
        ("-", "-"),
        ("http://host:80/x", "http://host:80/x"),
    ],
)
def test_reads_the_core_of_yaml_1_2(text, value):
    read = plain_scalar(text)
    assert read == value
    assert type(read) is type(value)


def test_minus_zero_is_zero():
    assert str(plain_scalar("-0.0")) == "0.0"


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("12:30", "seconds"),
        ("1:30:45.5", "seconds"),
        ("010", "leading zero"),
        ("-012", "leading zero"),
        ("0x1F", "decimal digits"),
        ("0o17", "decimal digits"),
        ("0b101", "decimal digits"),
        ("1_000", "decimal digits"),
        ("1,000", "decimal digits"),
        ("1,000.5", "decimal digits"),
        ("2026-01-31", "quote it"),
        ("2026-01-31T10:00:00Z", "quote it"),
        ("yes", "write true"),
        ("No", "write false"),
        ("ON", "write true"),
        ("off", "write false"),
        ("n", "write false"),
        (".inf", "finite"),
        ("-.INF", "finite"),
        (".NaN", "finite"),
        ("1e999", "below 1e308"),
        ("9223372036854775808", "smaller number"),
        ("1" * 10_000, "smaller number"),
        ("<<", "write the keys out"),
        ("=", "write the keys out"),
    ],
)
def test_asks_where_readers_of_yaml_disagree(text, fix):
    with pytest.raises(UnclearScalar) as caught:
        plain_scalar(text)
    assert fix in caught.value.fix
    assert len(caught.value.what) < 200
