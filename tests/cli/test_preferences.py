"""users set and show: what a user prefers."""

import pytest

from cli.console import assert_told, run
from cli.place import Place


def test_what_a_user_prefers_is_kept_shown_and_taken_back(place: Place) -> None:
    assert run("discover", "--settings", place.settings).code == 0
    set_ada = ("users", "set", "ada", "--settings", place.settings, "--json")
    chosen = run(
        *set_ada,
        "--digest",
        "weekly",
        "--timezone",
        "Europe/Paris",
        "--language",
        "de",
        "--contact",
        "pi@example.org",
    ).json
    assert (chosen["digest"], chosen["timezone"], chosen["language"]) == ("weekly", "Europe/Paris", "de")
    assert [area["contact"] for area in chosen["areas"]] == ["pi@example.org"]
    assert run("users", "show", "ada", "--json", "--settings", place.settings).json == chosen | {"muted": []}
    shown = run("users", "show", "ada", "--settings", place.settings).out
    assert "digest: weekly    timezone: Europe/Paris    language: de" in shown
    assert "pi@example.org" in shown
    taken = run(*set_ada, "--digest", "off", "--timezone", "", "--language", "", "--contact", "").json
    assert (taken["digest"], taken["timezone"], taken["language"]) == ("off", None, None)
    assert [area["contact"] for area in taken["areas"]] == [None]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--digest", "daily"], "none of off, weekly, monthly"),
        (["--digest", ""], "none of off, weekly, monthly"),
        (["--timezone", "Mars/Olympus"], "is not a time zone"),
        (["--timezone", "../../etc/passwd"], "is not a time zone"),
        (["--language", "tlh"], "Known: de, en"),
        (["--contact", "pi"], "'pi' is not an address"),
        (["--contact", "a@b\nBcc: c@d"], r"a@b\nBcc: c@d"),
        ([], "Nothing to change."),
    ],
)
def test_what_nobody_can_prefer_is_one_line(standing: Place, arguments: list[str], said: str) -> None:
    assert_told(run("users", "set", "ada", *arguments, "--settings", standing.settings), 2, said)
