"""What is due to be told: of volumes, to everybody, to others if nobody answers, and digests.

Digests come last, and only to those to whom there was nothing else to say.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from xfc_notify.areas.settings import History
from xfc_notify.notify import pruning
from xfc_notify.notify.digest import write_digests
from xfc_notify.notify.escalate import escalate_all
from xfc_notify.notify.grant import judge_ended
from xfc_notify.notify.judge import judge_changed
from xfc_notify.notify.judge_volumes import judge_volumes
from xfc_notify.notify.quota_file import write_files
from xfc_notify.notify.speak import speak_to_all
from xfc_notify.notify.unheard import forget_unheard
from xfc_notify.notify.unmeasured import tell_operators
from xfc_notify.parts import Duty
from xfc_notify.plugins.service import Service


def limits(service: Service, now: datetime) -> Mapping[str, int]:
    """Judge again what limits, policies or exemptions have changed of."""
    return {"judged again": judge_changed(service, now) + judge_ended(service, now)}


def judge(service: Service, now: datetime) -> Mapping[str, int]:
    """Judge whole volumes."""
    judge_volumes(service, now)
    return {}


def unmeasured(service: Service, now: datetime) -> Mapping[str, int]:
    """Tell the operators what cannot be measured."""
    return {"messages": tell_operators(service, now)}


def unheard(service: Service, now: datetime) -> Mapping[str, int]:
    """Let what reached nobody be due again."""
    return {"messages": forget_unheard(service, now)}


def speak(service: Service, now: datetime) -> Mapping[str, int]:
    """Tell everybody what is due."""
    return {"messages": speak_to_all(service, now)}


def escalate(service: Service, now: datetime) -> Mapping[str, int]:
    """Pass on what nobody answers."""
    return {"messages": escalate_all(service, now)}


def digest(service: Service, now: datetime) -> Mapping[str, int]:
    """Write the digests that are due."""
    return {"messages": write_digests(service, now)}


def forget(service: Service, now: datetime) -> Mapping[str, int]:
    """Forget what was said long ago."""
    pruning.forget(service.settings.of(History), now)
    return {}


DUTIES = (
    Duty("limits", limits),
    Duty("volumes", judge),
    Duty("unmeasured", unmeasured),
    Duty("unheard", unheard),
    Duty("messages", speak),
    Duty("escalations", escalate),
    Duty("digests", digest),
    Duty("quota file", write_files, timedelta(minutes=30)),
    Duty("forget", forget, timedelta(days=1), forgets=True),
)
