"""Any question, in SQL, of what is loaded: read-only, with no way to files, network or settings, and bounded.

The tables are made before the question is heard, from the Parquet files of the last captures; then DuckDB's access to
anything outside is closed, and its configuration locked. No connection to our database is needed or there.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xfc_notify.errors import WrongInput
from xfc_notify.paths import harmless
from xfc_notify.reports.engine import connect
from xfc_notify.reports.place import literal


@dataclass(frozen=True, slots=True)
class Answer:
    """Names of columns and rows. `cut` says that there were more rows than may be told."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    cut: bool


def ask(question: str, files: Mapping[str, Path], seconds: float, most: int) -> Answer:
    """The answer to one SELECT over the view `cells`: the cells of these volumes, volume → file.

    WrongInput if it is anything else, takes longer, or needs more memory than it may.
    """
    import duckdb

    present = {
        volume: file.resolve() for volume, file in files.items() if file.is_file() and not file.is_symlink()
    }
    if not present:
        raise WrongInput("Nothing is loaded yet.", "Run: xfc-notify reports load")
    with connect(threads=2) as query:
        parts = " UNION ALL ".join(
            f"SELECT {literal(volume)} AS volume, * FROM read_parquet({literal(str(file))})"
            for volume, file in present.items()
        )
        allowed = ", ".join(literal(str(file)) for file in present.values())
        query.execute(f"CREATE VIEW cells AS {parts}")
        query.execute(f"SET allowed_paths = [{allowed}]")
        for closed in ("temp_directory = ''", "enable_external_access = false", "lock_configuration = true"):
            query.execute(f"SET {closed}")
        timer = threading.Timer(seconds, query.interrupt)
        timer.start()
        try:
            _refuse_others(query.extract_statements(question))
            found = query.execute(question)
            rows = found.fetchmany(most + 1)
            return Answer([column[0] for column in found.description or ()], rows[:most], len(rows) > most)
        except duckdb.InterruptException:
            raise WrongInput(f"The question takes longer than {seconds:g} s.", "Ask for less.") from None
        except duckdb.OutOfMemoryException:
            raise WrongInput("The question needs more memory than it may have.", "Ask for less.") from None
        except duckdb.Error as error:
            raise WrongInput(harmless(str(error).splitlines()[0])) from None
        finally:
            timer.cancel()


def _refuse_others(statements: Sequence[Any]) -> None:
    import duckdb

    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise WrongInput("One SELECT is needed, and nothing else.")
