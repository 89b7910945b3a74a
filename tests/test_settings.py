import os
import traceback
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xfc_notify import places
from xfc_notify.areas.settings import Limits
from xfc_notify.components import load_settings as load
from xfc_notify.errors import SettingsError
from xfc_notify.places import find
from xfc_notify.plugins import Plugins
from xfc_notify.settings import Settings, masked
from xfc_notify.usage import Clock

SHIPPED = Path(__file__).parents[1] / "settings.toml"
Load = Callable[..., Settings]


@pytest.fixture
def written(tmp_path: Path) -> Load:
    """Writes a settings file and loads it."""

    def load_text(text: str, **environment: str) -> Settings:
        (tmp_path / "settings.toml").write_text(text)
        return load(
            tmp_path / "settings.toml", {f"XFC_NOTIFY_{name}": it for name, it in environment.items()}
        )

    return load_text


def refused(load_text: Load, text: str, **environment: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load_text(text, **environment)
    error = caught.value
    assert error.what.isprintable(), "one line"
    assert error.exit_code == 2
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None, (
        "what led to it, with the values, stays away"
    )
    return error


def test_the_file_that_is_shipped_says_what_the_defaults_are(tmp_path: Path) -> None:
    shipped, empty = tmp_path / "shipped.toml", tmp_path / "empty.toml"
    shipped.write_text(SHIPPED.read_text())
    empty.write_text("")
    told, silent = load(shipped, {}), load(empty, {})
    assert told.service.contact
    same = {"service", "plugins", "source"}
    assert told.model_dump(exclude=same) == silent.model_dump(exclude=same)
    assert told.volumes == ()


def test_an_empty_file_gives_the_defaults(written: Load, tmp_path: Path) -> None:
    settings = written("")
    assert settings.broker.url == "embedded://"
    assert settings.database.url == f"sqlite:///{tmp_path}/xfc-notify.db"
    assert (settings.of(Limits).hard_quota, settings.of(Limits).temporal_quota) == (40 * 10**12, 300e12)
    assert (settings.scan.clock, settings.scan.every) == (Clock.ARRIVAL, timedelta(hours=24))
    assert settings.messages.mode == "live"
    assert (settings.source, settings.folder) == (tmp_path / "settings.toml", tmp_path)


def test_quantities_are_read_as_people_write_them(written: Load) -> None:
    settings = written(
        """
        limits = { hard_quota = "1.5 TiB", temporal_quota = "10 TB days" }
        messages = { repeat_over = "36h" }
        volumes = [{ name = "v", path = "/v", capacity = 1000, marker = "here é", filesystem = "00c104224b2d036e" }]
        """
    )
    assert settings.of(Limits).hard_quota == 3 * 2**39
    assert settings.of(Limits).temporal_quota == 10e12
    assert settings.messages.repeat_over == (timedelta(hours=36),)
    volume = settings.volumes[0].volume()
    assert (volume.capacity, volume.marker, volume.filesystem) == (1000, b"here \xc3\xa9", "00c104224b2d036e")
    assert volume.guarded


MISTAKES = [
    ("service = 3", "service", "dictionary"),
    ("servise = {}", "servise", "unknown key; known here: service, database, broker"),
    ("[service]\nnam = 'XFC'", "service.nam", "unknown key; known here: name, contact, operators, timezone"),
    ("[service]\nname = 7", "service.name", "string"),
    ("[service]\ntimezone = 'Mars/Olympus'", "service.timezone", "Europe/Paris"),
    ("[service]\ntimezone = '../../etc/passwd'", "service.timezone", "Europe/Paris"),
    ("[web]\nurl = 'xfc.example.org'", "web.url", "https://xfc.example.org"),
    ("[web]\nurl = 'javascript:alert(1)'", "web.url", "https://xfc.example.org"),
    ("[web]\nurl = 'https://[::1'", "web.url", "IPv6"),
    ("[web]\nurl = 'https://xfc.example.org/?a=b'", "web.url", "https://xfc.example.org"),
    ("[web]\nurl = 'https://xfc.example.org/a b'", "web.url", "printable ASCII"),
    ("[service]\nsecret = 'short'", "service.secret", "openssl rand -hex 32"),
    ("[database]\nurl = 'mysql://host/x'", "database.url", "sqlite:///FILE"),
    ("[broker]\nurl = 'redis://host'", "broker.url", "amqp://user:password@host"),
    ("[scan]\nclock = 'atime'", "scan.clock", "'arrival', 'ctime' or 'mtime'"),
    ("[scan]\nslice_seconds = -1", "scan.slice_seconds", "greater than or equal to 0"),
    ("[scan]\nslice_seconds = 1800", "scan.slice_seconds", "less than or equal to 600"),
    ("[scan]\nslice_seconds = nan", "scan.slice_seconds", "finite"),
    ("[scan]\nevery = '0h'", "scan.every", "greater than"),
    ("[scan]\nevery = 'daily'", "scan.every", 'write it like "24h"'),
    ("[limits]\nhard_quota = '40 XB'", "limits.hard_quota", 'write it like "40 TB"'),
    ("[limits]\nhard_quota = 0", "limits.hard_quota", "greater than 0"),
    (f"[limits]\nhard_quota = {2**63}", "limits.hard_quota", "less than"),
    ("[limits]\ntemporal_quota = '300 TB'", "limits.temporal_quota", 'write it like "300 TB days"'),
    ("[limits]\ntemporal_quota = inf", "limits.temporal_quota", "finite"),
    ("[limits]\ntemporal_quota = nan", "limits.temporal_quota", "finite"),
    ("[[volumes]]\npath = '/v'", "volumes.0.name", "required"),
    ("[[volumes]]\nname = 'v'", "volumes.0.path", "required"),
    ("[[volumes]]\nname = 'v'\npath = ''", "volumes.0.path", "a path is needed"),
    ("[[volumes]]\nname = 'v'\npath = '/v'\nmarker = ''", "volumes.0.marker", "the name of a file"),
    ("[[volumes]]\nname = 'v'\npath = '/v'\nmarker = '..'", "volumes.0.marker", "the name of a file"),
    ("[[volumes]]\nname = 'v'\npath = '/v'\nmarker = 'ada/here'", "volumes.0.marker", "without a slash"),
    ("[[volumes]]\nname = 'v'\npath = '/v'\nmarker = '/data/here'", "volumes.0.marker", "without a slash"),
    ("[[volumes]]\nname = 'v'\npath = '/v'\nmarker = 7", "volumes.0.marker", "bytes"),
    (
        "[[volumes]]\nname = 'v'\npath = '/v'\nfilesystem = '38C104224B2D036E'",
        "volumes.0.filesystem",
        "16 digits",
    ),
    ("[[volumes]]\nname = 'v'\npath = '/v'\nfilesystem = '38c1'", "volumes.0.filesystem", "16 digits"),
    (
        "[[volumes]]\nname = 'v'\npath = '/v'\nfilesystem = '0000000000000000'",
        "volumes.0.filesystem",
        "set a marker instead",
    ),
    ('[[volumes]]\nname = "v"\npath = "a\\u0000b"', "volumes.0.path", "a path is needed"),
    (
        "[[volumes]]\nname = 'v'\npath = '/v'\nretierd = true",
        "volumes.0.retierd",
        "unknown key; known here: name",
    ),
    ("[people]\nemail = '{user}@example.org'", "people.email", '"{username}"'),
    ("[people]\nemail = 'x{user}y@example.org'", "people.email", '"{username}"'),
    ("[messages]\nmode = 'dead'", "messages.mode", "'live' or 'shadow'"),
    ("[messages]\nmin_interval = '-3h'", "messages.min_interval", 'write it like "24h"'),
    ("[plugins]\ndisabled = 3", "plugins.disabled", "tuple"),
    ("plugins = 3", "plugins", "dictionary"),
    ("source = 'elsewhere'", "source", "unknown key"),
    ('"a\\nb\\u001b[2J" = 1', "a\\x0ab\\x1b[2J", "unknown key"),
]


@pytest.mark.parametrize(
    ("text", "key", "allowed"), MISTAKES, ids=[f"{key}: {text}" for text, key, _ in MISTAKES]
)
def test_a_mistake_is_one_line_with_file_key_and_what_is_allowed(
    written: Load, tmp_path: Path, text: str, key: str, allowed: str
) -> None:
    error = refused(written, text)
    assert error.what.startswith(f"{tmp_path / 'settings.toml'}: {key}: ")
    assert allowed in error.what


@pytest.mark.parametrize("text", ["[service", "x = ", "a = 1\na = 2", "x = '''"])
def test_what_is_no_toml_is_told_with_its_place(written: Load, tmp_path: Path, text: str) -> None:
    error = refused(written, text)
    assert error.what.startswith(f"{tmp_path / 'settings.toml'}: not valid TOML: ")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load(tmp_path / "settings.toml", {})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.toml: No such file") as caught:
        load(tmp_path / "gone.toml", {})
    assert "--settings" in caught.value.hint
    with pytest.raises(SettingsError, match="Is a directory"):
        load(tmp_path, {})


def test_the_file_is_looked_for_where_it_is_named_and_then_in_the_usual_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, etc = tmp_path / "settings.toml", tmp_path / "etc.toml"
    monkeypatch.setattr(places, "PLACES", (here, etc))
    with pytest.raises(SettingsError, match=r"No settings\.toml here") as caught:
        load(None, {})
    assert "XFC_NOTIFY_SETTINGS" in caught.value.hint
    assert find(None, {}) is None
    etc.touch()
    assert find(None, {}) == etc
    here.touch()
    assert find(None, {"XFC_NOTIFY_SETTINGS": ""}) == here
    assert find(None, {"XFC_NOTIFY_SETTINGS": "/named"}) == "/named"
    assert find(Path("/typed"), {"XFC_NOTIFY_SETTINGS": "/named"}) == "/typed"


def test_a_file_in_the_working_directory_is_taken_only_if_nobody_else_could_have_written_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PLACES", (places.HERE, "/nowhere/settings.toml"))
    folder = tmp_path / "somebodys"
    folder.mkdir(mode=0o755)
    monkeypatch.chdir(folder)
    here = Path("settings.toml")
    here.touch(mode=0o644)
    assert find(None, {}) == places.HERE
    for path, mode in ((here, 0o664), (here, 0o646), (folder, 0o775), (folder, 0o757), (tmp_path, 0o777)):
        before = path.stat().st_mode
        path.chmod(mode)
        assert find(None, {}) is None, (path, oct(mode))
        path.chmod(before)
    tmp_path.chmod(0o1777)  # as /tmp: others may write there, but put nothing in place of ours
    assert find(None, {}) == places.HERE
    here.chmod(0o666)
    with pytest.raises(SettingsError, match="others could have written it"):
        load(None, {})
    assert find(here, {}) == "settings.toml", "who names it means it"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_in_the_working_directory_that_belongs_to_somebody_else_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PLACES", (places.HERE,))
    monkeypatch.chdir(tmp_path)
    Path("settings.toml").touch()
    assert find(None, {}) == places.HERE
    os.chown("settings.toml", 12345, 12345)
    assert find(None, {}) is None
    os.chown("settings.toml", 0, 0)
    Path("link").mkdir()
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, 12345, 12345)
    (theirs / "settings.toml").touch()
    monkeypatch.chdir(tmp_path / "link")
    Path("settings.toml").symlink_to(theirs / "settings.toml")
    assert find(None, {}) is None, "in a folder of theirs they could put another in its place"


def test_the_environment_wins_over_the_file(written: Load) -> None:
    settings = written(
        "[service]\nname = 'XFC'\n[scan]\nthreads = 2",
        SERVICE__NAME="Scratch",
        SCAN__THREADS="7",
        SCAN__ONE_FILE_SYSTEM="false",
        LIMITS__HARD_QUOTA="2 TB",
        PLUGINS__QUOTA_HARD__NOTICE="0.5",
        PLUGINS__DISABLED="email, passwd",
    )
    assert (settings.service.name, settings.scan.threads) == ("Scratch", 7)
    assert settings.scan.one_file_system is False
    assert settings.of(Limits).hard_quota == 2 * 10**12
    assert settings.plugins.table("quota_hard") == {"notice": "0.5"}
    assert settings.plugins.disabled == ("email", "passwd")


def test_the_real_environment_is_read_unless_another_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").touch()
    monkeypatch.setenv("XFC_NOTIFY_SERVICE__NAME", "Scratch")
    assert load(tmp_path / "settings.toml").service.name == "Scratch"


@pytest.mark.parametrize("name", ["NOSUCH__KEY", "SOURCE__X", "__NAME", "SERVICE__NAME__X", "VOLUMES__PATH"])
def test_a_variable_for_a_table_that_does_not_exist_is_named(written: Load, name: str) -> None:
    error = refused(written, "[service]\nname = 'XFC'\n[[volumes]]\nname='v'\npath='/v'", **{name: "x"})
    assert error.what == f"XFC_NOTIFY_{name}: there is no such table in the settings"


def test_a_variable_for_a_key_that_does_not_exist_is_told(written: Load) -> None:
    error = refused(written, "", SERVICE__NAM="x")
    assert error.what.startswith("XFC_NOTIFY_SERVICE__NAM: unknown key; known here: name, ")


def test_a_wrong_variable_is_blamed_and_not_the_file(written: Load, tmp_path: Path) -> None:
    text = "[scan]\nthreads = 2\n[service]\ntimezone = 'Nowhere'"
    both = refused(written, text, SCAN__THREADS="many")
    assert both.what.startswith(f"{tmp_path / 'settings.toml'}: service.timezone: ")
    right = text.replace("Nowhere", "UTC")
    assert refused(written, right, SCAN__THREADS="many").what.startswith("XFC_NOTIFY_SCAN__THREADS: ")
    gone = refused(written, "", DATABASE__URL_FILE="gone")
    assert gone.what == f"XFC_NOTIFY_DATABASE__URL_FILE: {tmp_path / 'gone'}: No such file or directory"
    (tmp_path / "odd").write_text("mysql://db/x")
    assert refused(written, "", DATABASE__URL_FILE="odd").what.startswith("XFC_NOTIFY_DATABASE__URL_FILE: ")


def test_a_wrong_variable_of_a_plugin_is_blamed_and_not_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").touch()
    monkeypatch.setenv("XFC_NOTIFY_PLUGINS__QUOTA_HARD__NOTICE", "much")
    with pytest.raises(SettingsError, match=r"^XFC_NOTIFY_PLUGINS__QUOTA_HARD__NOTICE: "):
        Plugins.load(load(tmp_path / "settings.toml"))


def test_other_variables_are_left_alone(written: Load) -> None:
    assert written("", SETTINGS="/x", TEST="y").service.name == "XFC"
    assert load(written("").source, {"OTHER_SERVICE__NAME": "x"}).service.name == "XFC"


def test_a_secret_can_stand_in_a_file_of_its_own(written: Load, tmp_path: Path) -> None:
    (tmp_path / "db").write_text("postgresql://xfc:s3cret@db/xfc\n")
    (tmp_path / "mail").write_text("smtps://xfc:s3cret@mail")
    settings = written("[database]\nurl_file = 'db'\n[plugins.email]\nurl_file = 'mail'\nsender = 'x@y.org'")
    assert settings.database.url == "postgresql://xfc:s3cret@db/xfc"
    assert settings.plugins.table("email") == {"url": "smtps://xfc:s3cret@mail", "sender": "x@y.org"}


def test_the_environment_can_name_the_file_of_a_secret(written: Load, tmp_path: Path) -> None:
    (tmp_path / "db").write_text("postgresql://xfc:s3cret@db/xfc")
    settings = written("[database]\nurl = 'sqlite:///x'", DATABASE__URL_FILE=str(tmp_path / "db"))
    assert settings.database.url == "postgresql://xfc:s3cret@db/xfc"


def test_a_value_from_the_environment_wins_over_the_file_of_a_secret(written: Load) -> None:
    settings = written("[database]\nurl_file = 'gone'", DATABASE__URL="postgresql://from-environment/x")
    assert settings.database.url == "postgresql://from-environment/x"


def test_the_file_of_a_secret_that_cannot_be_read_is_named_with_its_key(
    written: Load, tmp_path: Path
) -> None:
    error = refused(written, "[database]\nurl_file = 'gone'")
    assert error.what.endswith(f"database.url_file: {tmp_path / 'gone'}: No such file or directory")
    (tmp_path / "binary").write_bytes(b"\xff")
    assert refused(written, "[database]\nurl_file = 'binary'").what.endswith("binary: not text")


def test_relative_paths_start_from_the_folder_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "settings.toml").write_text(
        "[database]\nurl = 'sqlite:///../x.db'\n[[volumes]]\nname = 'v'\npath = 'disks//v1/.'"
    )
    monkeypatch.chdir(tmp_path)
    settings = load(Path("etc/settings.toml"), {})
    assert settings.database.url == f"sqlite:///{tmp_path}/x.db"
    assert settings.volumes[0].path == os.fsencode(tmp_path / "etc/disks/v1")
    assert settings.source == tmp_path / "etc" / "settings.toml"


def volumes(*pairs: tuple[str, str]) -> str:
    return "".join(f"[[volumes]]\nname = '{name}'\npath = '{path}'\n" for name, path in pairs)


@pytest.mark.parametrize("other", ["/v/1", "/v/1/", "/v/1/below", "/v", "/", "/v/x/../1"])
def test_volumes_inside_each_other_are_refused(written: Load, other: str) -> None:
    error = refused(written, volumes(("one", "/v/1"), ("two", other)))
    assert error.what.endswith("volumes.path: 'two' and 'one' lie inside each other")


def test_two_volumes_of_one_name_are_refused(written: Load) -> None:
    error = refused(written, volumes(("one", "/v/1"), ("one", "/v/2")))
    assert error.what.endswith("volumes.name: two volumes are called 'one'")


def test_volumes_whose_names_only_begin_alike_stand_side_by_side(written: Load) -> None:
    assert [it.path for it in written(volumes(("one", "/v/1"), ("two", "/v/10"))).volumes] == [
        b"/v/1",
        b"/v/10",
    ]


def test_settings_do_not_change_after_the_start(written: Load) -> None:
    with pytest.raises(ValueError, match="frozen"):
        written("").service.name = "other"


SECRET = "hunter2-S3CRET"


@pytest.mark.parametrize(
    "text",
    [
        f"[database]\nurl = 'mysql://xfc:{SECRET}@db/x'",
        f"[database]\nurl = ['postgresql://xfc:{SECRET}@db/x']",
        f"[database]\nurll = 'postgresql://xfc:{SECRET}@db/x'",
        f"[database.url]\nx = 'postgresql://xfc:{SECRET}@db/x'",
        f"database = 'postgresql://xfc:{SECRET}@db/x'",
        f"[broker]\nurl = 'amqp:/xfc:{SECRET}@host'",
        f"[database]\nurl = 'postgresql://xfc:{SECRET}@db/x",
        f"plugins = 'smtp://xfc:{SECRET}@mail'",
    ],
)
def test_a_password_never_stands_in_an_error(written: Load, text: str) -> None:
    with pytest.raises(SettingsError) as caught:
        written(text)
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in caught.value.hint


def test_a_password_from_the_environment_or_a_file_never_stands_in_an_error(
    written: Load, tmp_path: Path
) -> None:
    url = f"mysql://xfc:{SECRET}@db/x"
    (tmp_path / "db").write_text(url)
    for error, where in (
        (refused(written, "", DATABASE__URL=url), "XFC_NOTIFY_DATABASE__URL: "),
        (refused(written, "[database]\nurl_file = 'db'"), "database.url: "),
    ):
        assert where in error.what
        assert SECRET not in error.what


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://xfc:s3cret@db/name", "postgresql://xfc:***@db/name"),
        ("amqp://xfc:s3cret@host:5672/vhost", "amqp://xfc:***@host:5672/vhost"),
        ("amqp://host:5672/vhost", "amqp://host:5672/vhost"),
        ("postgresql://db/name?password=s3cret", "postgresql://db/name"),
        ("postgresql://xfc:s3@cret@db/name", "postgresql://xfc:***@db/name"),
        ("postgresql://xfc:s3/cret@db/name", "postgresql://***"),
        ("postgresql://xfc:s3#cret@db/name", "postgresql://***"),
        ("postgresql://xfc:s3?cret@db/name", "postgresql://***"),
        ("postgresql://xfc:s3@c/ret@db/name", "postgresql://***"),
        ("postgresql://xfc:s3cret@[db/name", "***"),
        ("embedded://", "embedded://"),
        ("sqlite:////var/lib/x.db", "sqlite:////var/lib/x.db"),
    ],
)
def test_a_url_is_shown_without_its_password(url: str, shown: str) -> None:
    assert masked(url) == shown


@given(st.text("aZ0:/@?#[]%&=+. \\\n", max_size=8), st.text("aZ0:/@?#[]%&=+. \\\n", max_size=8))
def test_no_password_however_odd_is_ever_shown(before: str, after: str) -> None:
    assert "S3CRET" not in masked(f"postgresql://xfc:{before}S3CRET{after}@db.example.org:5432/name")


def test_a_plugins_table_is_kept_as_it_stands(written: Load) -> None:
    table: Mapping[str, object] = written("[plugins.other]\na = 1\nb = ['x']").plugins.table("other")
    assert table == {"a": 1, "b": ["x"]}
    assert written("").plugins.table("other") == {}


def test_links_are_signed_with_a_secret_that_is_never_shown(written: Load, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("correct horse battery staple\n")
    settings = written("[web]\nurl = 'https://xfc.example.org/'\n[service]\nsecret_file = 'secret'")
    assert settings.web.url == "https://xfc.example.org"
    assert settings.service.secret == "correct horse battery staple"
    assert "horse" not in repr(settings)


def test_who_signs_links_needs_the_secret_and_a_scanner_needs_none(written: Load, tmp_path: Path) -> None:
    settings = written("[web]\nurl = 'https://xfc.example.org'")
    assert settings.web.url == "https://xfc.example.org"
    with pytest.raises(SettingsError, match=r"web\.url needs service\.secret") as raised:
        settings.signing  # noqa: B018
    assert "openssl rand -hex 32" in raised.value.hint
    assert written("").signing == ""
    (tmp_path / "secret").write_text("correct horse battery staple\n")
    signed = written("[web]\nurl = 'https://xfc.example.org/'\n[service]\nsecret_file = 'secret'")
    assert signed.signing == "correct horse battery staple"
