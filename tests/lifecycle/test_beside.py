"""A message that reached nobody leaves everything as it was before it: its news, and what stood beside it."""

from datetime import timedelta

from lifecycle.conftest import DAY, OPERATOR, House, of
from xfc_notify.areas.settings import History
from xfc_notify.notify import pruning
from xfc_notify.notify.tables import HeardRow
from xfc_notify.outbox.tables import DeliveryRow, MessageRow
from xfc_notify.states import DeliveryState, Mode


def waiting() -> list[MessageRow]:
    """What is still to be delivered."""
    queued = DeliveryRow.select(DeliveryRow.message).where(DeliveryRow.state == DeliveryState.QUEUED)
    return list(MessageRow.select().where(MessageRow.id.in_(queued)))


def two_of_which_one_is_news(house: House) -> MessageRow:
    """Ada has heard of d1; a message with news of d2 waits, and d1 stands beside it."""
    house.dataset("d1")
    house.days(4)
    assert len(of("ada")) == 1
    house.delivers = False
    house.dataset("d2")
    house.days(2)
    (message,) = waiting()
    assert [reason["area"] for reason in message.reasons] == ["d2@ada"]
    assert "exp/d1" in message.text
    return message


def test_what_stood_beside_news_that_was_taken_back_is_not_told_again(house: House) -> None:
    two_of_which_one_is_news(house)
    house.do.extend("d2", timedelta(days=200), OPERATOR, beyond=True)
    assert waiting() == []
    house.delivers = True
    assert of("ada", house.days(4)) == []


def test_a_message_is_taken_back_when_what_stands_beside_its_news_holds_no_more(house: House) -> None:
    stale = two_of_which_one_is_news(house)
    house.do.extend("d1", timedelta(days=200), OPERATOR, beyond=True)
    assert MessageRow.get_by_id(stale.id).mode == Mode.LOST
    house.days(2)
    (message,) = waiting()
    assert {(reason["area"], reason["reason"]) for reason in message.reasons} == {
        ("d1@ada", "ended"),
        ("d2@ada", "began"),
    }


def test_who_has_heard_of_a_date_hears_of_its_end_though_what_came_between_was_taken_back(
    house: House,
) -> None:
    house.dataset()
    house.days(4)
    assert len(of("ada")) == 1
    house.delivers = False
    house.days(14)
    assert len(waiting()) == 1
    house.do.extend("d1", timedelta(days=200), OPERATOR, beyond=True)
    assert waiting() == []
    house.delivers = True
    assert of("ada", house.days(2)) == ["Dataset exp/d1 is kept until Sunday 18 October (UTC)"]


def test_of_what_nobody_has_heard_nobody_hears_the_end(house: House) -> None:
    house.delivers = False
    house.dataset()
    house.days(4)
    assert len(waiting()) == 1
    house.do.extend("d1", timedelta(days=200), OPERATOR, beyond=True)
    house.delivers = True
    assert of("ada", house.days(4)) == []


def test_nothing_is_kept_of_messages_that_cannot_be_lost_any_more(house: House) -> None:
    house.dataset()
    house.days(4)
    assert HeardRow.select().count() == 1
    pruning.forget(house.site.facility.settings.of(History), house.now + 6 * DAY)
    assert HeardRow.select().count() == 0
