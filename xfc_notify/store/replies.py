"""What people have answered that is not kept with an episode: which policies they muted."""

from xfc_notify.store.tables import Mute, User


def muted_by(user: User) -> frozenset[str]:
    """The policies of which a user wants to hear nothing."""
    return frozenset(row.policy for row in Mute.select(Mute.policy).where(Mute.user == user))
