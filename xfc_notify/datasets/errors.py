"""What can go wrong with datasets and their stores."""

from xfc_notify.errors import XfcNotifyError


class DatasetError(XfcNotifyError):
    """What was asked of a dataset was not done, and nothing is lost."""

    def say_where(self, where: str) -> None:
        """Let it begin with the store and the path, once."""
        if not self.what.startswith("store "):
            self.what = f"{where}: {self.what}"
            self.args = (self.what,)


class StoreAway(DatasetError):
    """A store is not there, or what is there is not this store: nothing is concluded from what can be seen."""


class StoreRefusal(DatasetError):
    """A store does not take what it should: it is full, or does not allow it."""


def full(where: str) -> StoreRefusal:
    """What is said of a store without room."""
    return StoreRefusal(f"{where}: store full", "Make room, and run the command again.")


def lacks_library(store: str, error: ImportError) -> StoreAway:
    """What is said where the extra is not installed that a store needs."""
    return StoreAway(
        f"store {store} needs libraries that are not installed: {error.name}",
        "Run: pip install 'xfc-notify[datasets]'",
    )


class NotAFile(DatasetError):
    """Something is a link, a folder or a device where a file is needed, or lies behind a link."""


class Missing(DatasetError):
    """A file of a dataset is not where it should be."""


class Changed(DatasetError):
    """A file is not what it was, or changed while it was read."""


class Conflict(DatasetError):
    """Something else stands where a file should go, or source and target are one place."""


class LastCopy(DatasetError):
    """No other copy was found whose every file is what it should be."""


class Busy(DatasetError):
    """Another command works on this dataset."""


class Overtaken(DatasetError):
    """This command was taken for dead, and another has taken over: it touches nothing any more."""
