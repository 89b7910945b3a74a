"""What is taken for a mail address."""

import pytest

from xfc_notify.people.address import is_address, mistake


@pytest.mark.parametrize(
    "good",
    [
        "ada@example.org",
        "o'neil@example.org",
        "ada+xfc@hpc.local",
        "root@node1.test",
        "root@localhost",
        "grün@exämple.org",
        "a" * 64 + "@b.org",
    ],
)
def test_addresses_of_real_sites_are_addresses(good: str) -> None:
    assert (is_address(good), mistake(good)) == (True, None)


@pytest.mark.parametrize(
    "bad",
    [
        "", "ada", "@example.org", "ada@", "a@@b.org", "a@b", "<a@b.org>", "Ada <a@b.org>", "a@b.org, c@d.org",
        "-x@b.org", "a b@c.org", '"a b"@c.org', "a@b..c", "a@[127.0.0.1]", "a\n@b.org", "a@b.org\nBcc: c@d.org",
        "a\0@b.org", "x" * 300 + "@b.org", "a@" + "b" * 300 + ".org",
    ],
)  # fmt: skip
def test_what_no_mail_server_takes_is_none_and_it_is_said_why(bad: str) -> None:
    assert not is_address(bad)
    assert mistake(bad), "it is said what is wrong"
