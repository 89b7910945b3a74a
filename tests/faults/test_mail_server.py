"""A mail server that goes through everything that mail servers do, before it takes the mail."""

from collections import Counter
from collections.abc import Callable

import pytest
from servers.process import until

from faults.busy import Busy

TROUBLES: dict[str, Callable[[Busy], object]] = {
    "refuses the connection": lambda busy: busy.facility.mail.__exit__(),
    "answers 451": lambda busy: setattr(busy.facility.mail, "on_data", "451 try again later"),
    "drops the connection after DATA": lambda busy: setattr(busy.facility.mail, "drop", True),
    "refuses everybody for now": lambda busy: busy.facility.mail.replies.update(
        {f"{user}@example.org": 450 for user in busy.due}
    ),
}


def heal(busy: Busy, trouble: str) -> None:
    """The mail server is well again."""
    mail = busy.facility.mail
    mail.on_data, mail.drop, mail.stall = None, False, 0
    mail.replies.clear()
    if trouble == "refuses the connection":
        mail.__enter__()


def test_a_mail_server_in_trouble_delays_every_message_and_loses_and_doubles_none(busy: Busy) -> None:
    facility = busy.facility
    for attempt, (trouble, begin) in enumerate(TROUBLES.items(), start=1):
        begin(busy)
        if attempt == 1:
            busy.begin()
        else:
            busy.time.skip_to_the_next_tick()
            facility.run("tick")
        waiting = f"SELECT count(*) FROM delivery WHERE state = 'retry' AND attempts = {attempt}"
        facility.until_query(waiting, len(busy.due))
        heal(busy, trouble)
        assert facility.mail.messages == []
    busy.settle()
    assert facility.query("SELECT DISTINCT state, attempts FROM delivery") == [("sent", len(TROUBLES) + 1)]
    offers = Counter(facility.mail.offered)
    assert sorted(offers.values()) == [3, 3], "always with the same Message-ID"


@pytest.mark.timeout(240)
def test_a_mail_server_that_never_answers_is_given_up_and_asked_again(busy: Busy) -> None:
    busy.facility.mail.stall = 3600
    busy.begin()
    stuck = "SELECT count(*) FROM delivery WHERE state = 'retry' AND strpos(error, 'timed out') > 0"
    # One worker may get both deliveries, one after the other: 30 seconds each.
    until(lambda: busy.facility.query(stuck) == [(len(busy.due),)], "deliveries given up", seconds=100)
    heal(busy, "never answers")
    busy.settle()
