"""Lives for programs: /lives and /notices are of all, for operators; /me/… of what one may see on one's own pages."""

from typing import Annotated

from annotated_types import MaxLen

from xfc_notify.lifecycle import views, visible
from xfc_notify.lifecycle.views import LifeView, NoticeView
from xfc_notify.pages import NO_SUCH, Absent, Many, Resource, Role, Visit

Text = Annotated[str, MaxLen(200)]
Uid = Annotated[str, MaxLen(100)]


def _lives(visit: Visit, *, phase: Text = "", owner: Text = "", group: Text = "") -> Many:
    """The lives that fit all that is given, the nearest date first; those that are removed only by `phase`."""
    return Many(views.some(visit.service.settings, phase, owner, group))


def _life(visit: Visit, dataset: Uid) -> LifeView:
    """One dataset with its dates."""
    row, _ = visible.one(visit, dataset)
    return views.life(row.uid, visit.service.settings)


def _notices(visit: Visit) -> Many:  # noqa: ARG001 - the same for all
    """The decisions that people are asked for, the oldest first."""
    return Many(views.notices())


def _my_lives(visit: Visit) -> Many:
    """Those of one's own and of groups that one answers for, the nearest date first."""
    return Many([views.life(row.uid, visit.service.settings) for row, _ in visible.mine(visit.who.name)])


def _my_life(visit: Visit, dataset: Uid) -> LifeView:
    """One of these, or one about which one is asked."""
    who = visit.who.name
    seen = [*visible.mine(who), *visible.asked(who, visit.now)]
    if dataset not in {row.uid for row, _ in seen}:
        raise Absent(visit.say(NO_SUCH))
    return views.life(dataset, visit.service.settings)


def _my_notices(visit: Visit) -> Many:
    """What one is asked, the oldest first."""
    mine = {row.uid for row, _ in visible.asked(visit.who.name, visit.now)}
    return Many([notice for notice in views.notices() if notice.dataset in mine])


RESOURCES = (
    Resource("/lives", Role.OPERATOR, _lives, LifeView, many=True),
    Resource("/lives/{dataset}", Role.OPERATOR, _life, LifeView),
    Resource("/notices", Role.OPERATOR, _notices, NoticeView, many=True),
    Resource("/me/lives", Role.USER, _my_lives, LifeView, many=True),
    Resource("/me/lives/{dataset}", Role.USER, _my_life, LifeView),
    Resource("/me/notices", Role.USER, _my_notices, NoticeView, many=True),
)
