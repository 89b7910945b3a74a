"""What becomes of a dataset is decided by two people at least. Silence changes nothing, and removes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from facility import together

from lifecycle.conftest import DAY, HOUR, OPERATOR, House, of, operators, receipts
from xfc_notify.errors import WrongInput, XfcNotifyError
from xfc_notify.lifecycle import lives, views
from xfc_notify.lifecycle.actions import Actions
from xfc_notify.lifecycle.lives import By
from xfc_notify.lifecycle.states import Decision, End, Happening, Phase
from xfc_notify.people import groups, users
from xfc_notify.people.groups import Change
from xfc_notify.store import database


def test_silence_removes_nothing_and_the_operators_are_told_once(house: House) -> None:
    house.dataset()
    house.until_asked()
    house.days(20)
    life = house.life()
    assert (life.phase, life.notice) == (Phase.CLOSED, None)
    assert life.ended is not None
    assert life.ended.how is End.EXHAUSTED
    assert operators() == ["Nobody has decided about dataset exp/d1"]
    assert len(house.site.tree("one")) == 3
    asked = [event.data["group"] for event in lives.events("d1") if event.what == Happening.ASKED]
    assert asked == ["", "lab", "institute", "school"]
    for who in ("ada", "ben", "eve", "fay", "gus"):
        question = [said for said in of(who) if said.startswith("You are asked")]
        assert question == ["You are asked whether dataset exp/d1 may be removed"], who
    assert of("gus")[-1] == "Dataset exp/d1 stays as it is"
    assert house.days(40) == []


def test_a_new_date_asks_again(house: House) -> None:
    house.dataset()
    house.until_asked()
    house.days(20)
    house.do.extend("d1", timedelta(days=2), OPERATOR, beyond=True)
    house.days(4)
    assert house.life().notice is not None


def test_escalation_comes_a_day_after_people_were_told_and_not_before(house: House) -> None:
    house.dataset()
    house.until_asked()
    told = house.now
    house.tick(DAY - timedelta(seconds=1))
    assert house.life().notice.group == ""
    house.tick(timedelta(seconds=1))
    assert house.life().notice.group == "lab"
    assert house.now - told == DAY


def test_whom_nobody_can_reach_is_not_waited_for(house: House) -> None:
    house.dataset(owner="nobody", group="lab")
    house.days(1)
    users.change(users.user_named("nobody"), notify=False)
    house.until_asked()
    assert house.life().notice.group == "lab"


def test_one_person_is_not_enough_even_with_two_votes(house: House) -> None:
    house.dataset()
    house.until_asked()
    while house.life().notice.group != "lab":
        house.tick(HOUR)
    assert house.life().notice.votes == {"ada": 2, "ben": 1}
    house.do.vote("d1", "ada", OPERATOR)
    assert house.life().phase is Phase.CLOSED
    house.tick(HOUR)
    assert house.life().phase is Phase.CLOSED
    house.do.vote("d1", "ben", OPERATOR)
    assert house.life().phase is Phase.BIN


def test_votes_that_were_cast_are_reset_and_unused_ones_carried_up(house: House) -> None:
    house.dataset()
    house.until_asked()
    house.do.vote("d1", "ada", OPERATOR)
    house.days(1)
    assert (house.life().notice.votes, house.life().notice.voters) == ({"ada": 1, "ben": 1}, frozenset())
    while house.life().notice.group != "institute":
        house.tick(HOUR)
    votes = house.life().notice.votes
    assert votes == {"ada": 1, "ben": 1, "eve": 1, "fay": 1}


def test_closing_needs_two_people_too_and_begins_a_new_lifetime(tmp_path: Path, store: str) -> None:
    house = House.at(tmp_path, {"open_lifespan": "3d", "close_lifespan": "30d"})
    house.dataset(closed=False)
    house.until_asked()
    assert house.life().notice.decision is Decision.CLOSE
    house.do.vote("d1", "ada", OPERATOR)
    house.days(1)
    for who in ("ada", "ben"):
        house.do.vote("d1", who, OPERATOR)
    life = house.life()
    assert (life.phase, life.closed_at, life.notice) == (Phase.CLOSED, house.now, None)
    assert life.expires_at > house.now + 30 * DAY
    house.days(2)
    assert "Dataset exp/d1 is closed" in of("ben")


def test_a_new_date_ends_a_notice_and_everybody_hears_of_it_once(house: House) -> None:
    house.dataset()
    house.until_asked()
    house.days(2)
    house.do.extend("d1", timedelta(days=60), OPERATOR, beyond=True)
    assert (house.life().notice, house.life().ended.how) == (None, End.CANCELLED)
    house.days(5)
    for who in ("ada", "ben"):
        assert [said for said in of(who) if "is kept until" in said] != []
        assert len([said for said in of(who) if "is kept until" in said]) == 1
    with pytest.raises(WrongInput):
        house.do.vote("d1", "ada", OPERATOR)


def test_a_vote_is_told_at_once_to_whom_it_belongs_and_can_be_withdrawn_until_the_end(house: House) -> None:
    house.dataset()
    house.until_asked()
    house.do.vote("d1", "ada", OPERATOR)
    assert receipts("ada") == ["You have agreed that dataset exp/d1 is removed"]
    with pytest.raises(WrongInput, match="agreed already"):
        house.do.vote("d1", "ada", OPERATOR)
    house.do.withdraw("d1", "ada", OPERATOR)
    assert receipts("ada")[-1] == "Your vote about dataset exp/d1 is withdrawn"
    assert house.life().notice.voters == frozenset()
    with pytest.raises(WrongInput, match="no vote"):
        house.do.withdraw("d1", "ada", OPERATOR)
    house.binned()
    with pytest.raises(WrongInput):
        house.do.withdraw("d1", "ada", OPERATOR)


def test_who_is_not_asked_cannot_vote_and_who_has_left_does_not_count(house: House) -> None:
    house.dataset(owner="zoe")
    house.until_asked()
    with pytest.raises(WrongInput, match="not asked"):
        house.do.vote("d1", "eve", OPERATOR)
    while house.life().notice.group != "lab":
        house.tick(HOUR)
    house.do.vote("d1", "ada", OPERATOR)
    lab = groups.named("lab")
    groups.change(lab, Change(head="ben"))
    groups._put_members(lab, {"ada", "ben"}, {"ben"})
    house.do.vote("d1", "ben", OPERATOR)
    assert house.life().phase is Phase.CLOSED  # of the two, one has left
    house.do.vote("d1", "zoe", OPERATOR)
    assert house.life().phase is Phase.BIN


def test_twenty_requests_at_once_are_one_vote_and_one_end(house: House, store: str) -> None:
    house.dataset()
    house.until_asked()
    while house.life().notice.group != "lab":
        house.tick(HOUR)
    service, now = house.site.facility.service, house.now

    def vote(who: str) -> bool:
        with database.connected():
            try:
                Actions(service, now).vote("d1", who, OPERATOR)
            except XfcNotifyError:
                return False
            return True

    assert sum(together([lambda: vote("ada")] * 10)) == 1
    assert house.life().phase is Phase.CLOSED
    assert sum(together([lambda: vote("ben")] * 10)) == 1
    happened = [event.what for event in lives.events("d1")]
    assert happened.count(Happening.VOTED) == 2
    assert happened.count(Happening.BINNED) == 1


def test_removed_after_the_bin_and_told_once(house: House) -> None:
    house.dataset()
    house.days(1)
    house.binned()
    assert len(house.site.tree("one")) == 3
    house.days(2)
    for who in ("ada", "ben"):
        assert of(who).count("Dataset exp/d1 is in the bin") == 1
    house.days(13)
    assert house.life().phase is Phase.REMOVED
    assert house.site.tree("one") == {}
    commands = [(row.command, row.success) for row in house.site.catalog.journal("d1")]
    assert sorted(commands) == [("register", True), ("remove", True)]
    assert house.days(10) == []
    with pytest.raises(WrongInput, match="is gone"):
        house.do.close("d1", OPERATOR)


def test_an_operator_brings_back_what_lies_in_the_bin(house: House) -> None:
    house.dataset()
    house.binned()
    house.days(13)
    house.do.restore("d1", OPERATOR)
    house.days(20)
    life = house.life()
    assert (life.phase, life.bin) == (Phase.CLOSED, None)
    assert len(house.site.tree("one")) == 3
    assert receipts("ada")[-1] == "Dataset exp/d1 is back from the bin"
    with pytest.raises(WrongInput, match="not in the bin"):
        house.do.restore("d1", OPERATOR)


def test_the_owner_may_extend_within_limits_neither_a_second_less_nor_more(house: House) -> None:
    house.dataset()
    house.days(5)
    view = views.explained("d1", house.site.facility.settings, house.now)
    life = house.life()
    assert view.extend_until == life.closed_at.replace(hour=0) + 31 * DAY  # 30 days after it was closed
    with pytest.raises(WrongInput, match="until 2026-04-01 at most"):
        house.do.extend("d1", view.extend_until + timedelta(seconds=1), By("ada", lives.PAGE))
    house.do.extend("d1", view.extend_until, By("ada", lives.PAGE))
    with pytest.raises(WrongInput, match="is over"):
        house.do.extend("d1", house.now, OPERATOR, beyond=True)


def test_the_settings_of_the_nearest_group_win(tmp_path: Path, store: str) -> None:
    lifecycle = {
        "close_lifespan": "100d",
        "groups": [
            {"name": "school", "close_lifespan": "50d", "remove_votes": 3},
            {"name": "institute", "close_lifespan": "20d"},
        ],
    }
    house = House.at(tmp_path, lifecycle)
    house.dataset()
    terms = {
        it.term: (it.value, it.said_by)
        for it in views.explained("d1", house.site.facility.settings, house.now).terms
    }
    assert terms["close_lifespan"] == ("20d", "institute")
    assert terms["remove_votes"] == ("3", "school")
    assert terms["wait"] == ("1d", "")
    assert house.life().expires_at.date().isoformat() == "2026-03-23"


def test_what_a_command_removed_ends_the_life_and_the_notice(house: House) -> None:
    house.dataset()
    house.until_asked()
    house.site.catalog.remove("d1", "one:", force_last=True)
    house.tick(HOUR)
    assert (house.life().phase, house.life().notice) == (Phase.REMOVED, None)
    house.days(3)
    assert of("ada")[-1] == "Dataset exp/d1 is gone"
