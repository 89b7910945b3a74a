"""The course of 90 days: forecast, curves, words, picture."""

import json
import logging
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import (
    AREA,
    ENGLISH,
    GERMAN,
    HOME,
    SCANNED,
    TB,
    figures,
    forecast,
    growing,
    history,
    letter,
    usage,
)
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox
from PIL import Image

from xfc_notify.domain import Finding, Level, PastScan
from xfc_notify.forecast import day_of_passing, trend
from xfc_notify.notify.words.course import Curve, course
from xfc_notify.notify.words.language import Language
from xfc_notify.notify.words.letter import AreaFigures, Letter
from xfc_notify.notify.words.plot import plot
from xfc_notify.notify.words.render import put_into_words, shown_inline
from xfc_notify.outbox import picture as pictures
from xfc_notify.outbox.picture import Drawing, draw

DAY = timedelta(days=1)


@given(
    start=st.floats(0, 1e15),
    per_day=st.floats(-1e12, 1e12),
    days=st.lists(st.integers(0, 27), min_size=2, unique=True),
)
def test_a_straight_line_is_found_exactly(start: float, per_day: float, days: list[int]) -> None:
    points = [(SCANNED + day * DAY, start + per_day * day) for day in sorted(days)]
    assert trend(points) == pytest.approx(per_day, rel=1e-3, abs=1e-3 * (1 + start * 1e-9))


def test_a_trend_wants_two_scans_over_twelve_hours() -> None:
    assert trend([(SCANNED, 1.0)]) is None
    assert trend([(SCANNED, 1.0), (SCANNED + 0.4 * DAY, 2.0), (SCANNED + 0.49 * DAY, 3.0)]) is None
    assert trend([(SCANNED, 1.0), (SCANNED + 0.5 * DAY, 2.0)]) == 2


def test_a_limit_is_not_passed_where_nothing_grows_or_in_more_than_five_years() -> None:
    assert day_of_passing(10, 40, 3, SCANNED) == SCANNED + 10 * DAY
    assert day_of_passing(10, 40, 0, SCANNED) is None
    assert day_of_passing(10, 40, -1, SCANNED) is None
    assert day_of_passing(41, 40, 3, SCANNED) is None
    assert day_of_passing(10, 40, 30 / (5 * 365 + 1), SCANNED) is None


def of(past: tuple[PastScan, ...], *further: Finding) -> tuple[Letter, AreaFigures]:
    it = replace(figures(usage(34), AREA, *further), history=past)
    return letter(it, reasons={}), it


def test_with_fewer_than_three_scans_over_two_days_there_is_neither_plot_nor_sentence() -> None:
    for past in ((), history([30], 5), history([30] * 20, 0.09)):
        made, it = of(past)
        assert course(made, it) is None
        assert put_into_words(made).images == {}
        assert "<img" not in put_into_words(made).html
    assert course(*of(history([30, 31], 1))) is not None


def test_each_limit_has_a_curve_of_shares_that_ends_now() -> None:
    it = course(*of(history([10, 20, 30], 10)))
    assert it is not None
    hard, temporal = it.curves
    assert [share for _, share in hard.points] == [0.25, 0.5, 0.75, pytest.approx(0.85)]
    assert [SCANNED - time for time, _ in hard.points] == [30 * DAY, 20 * DAY, 10 * DAY, 0 * DAY]
    assert (hard.title, hard.limit, temporal.title, temporal.limit) == (
        "Hard quota", "40 TB", "Temporal quota", "300 TB·days",
    )  # fmt: skip


def test_what_is_older_than_90_days_is_not_shown() -> None:
    it = course(*of(history([1] * 100, 1)))
    assert it is not None
    assert it.curves[0].points[0][0] == SCANNED - 90 * DAY


def test_the_words_say_what_the_plot_shows() -> None:
    it = course(*of(history([12 + 0.25 * n for n in range(88)], 1)))
    assert it is not None
    assert it.sentences[0] == (
        "Hard quota: 88 days ago 12 TB, 30 days ago 26.5 TB, 7 days ago 32.3 TB, now 34 TB; the limit is 40 TB."
    )
    short = course(*of(history([33, 33.5], 1)))
    assert short is not None
    assert short.sentences[0] == "Hard quota: 2 days ago 33 TB, now 34 TB; the limit is 40 TB."


def test_a_limit_of_something_else_has_no_curve() -> None:
    jobs = Finding(Level.OVER, 9, 8, "jobs", "jobs")
    other = Finding(Level.OK, 1, 8, "byte-days", "other byte-days", policy="other")
    it = course(*of(history([33, 33.5], 1), jobs, other))
    assert it is not None
    assert [curve.title for curve in it.curves] == ["Hard quota", "Temporal quota"]


def test_the_plot_is_a_small_png_of_twice_the_width_and_differs_by_language() -> None:
    made = growing()
    (english,) = put_into_words(made).images.values()
    (german,) = put_into_words(replace(made, language=GERMAN)).images.values()
    with Image.open(BytesIO(english)) as picture:
        assert picture.format == "PNG"
        assert picture.size == (2 * pictures.WIDTH, 2 * pictures.HEIGHT)
        colours = picture.convert("RGB").getcolors(10_000)
    assert colours is not None
    assert len(colours) > 20
    assert len(english) < 30_000
    assert english != german


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 120), st.floats(0, 5000)),
        min_size=2,
        max_size=8,
        unique_by=lambda it: it[0],
    )
)
def test_any_course_can_be_drawn(scans: list[tuple[float, float]]) -> None:
    past = tuple(
        PastScan(SCANNED - days * DAY, int(size * TB), size * TB, 1)
        for days, size in sorted(scans, reverse=True)
    )
    it = course(*of(past))
    # As old as the window at most, and enough of them.
    seen = [days for days, _ in scans if days * DAY <= timedelta(days=90)]
    assert (it is None) == (len(seen) < 2 or max(seen) * DAY < timedelta(days=2))
    if it is not None:
        drawing = plot(it.curves, SCANNED, GERMAN)
        assert Drawing.of_json(json.loads(json.dumps(drawing.as_json()))) == drawing
        assert draw(drawing).startswith(b"\x89PNG")


def test_the_picture_says_in_words_what_it_shows_and_can_be_shown_without_a_mail() -> None:
    words = put_into_words(growing())
    assert 'src="cid:course"' in words.html
    alt = words.html.split('alt="')[1].split('"')[0]
    assert alt.startswith("Hard quota: 89 days ago 12 TB, ")
    assert "Temporal quota: 89 days ago" in alt
    assert 'src="data:image/png;base64,iVBOR' in shown_inline(words.html, words.images)


def test_only_the_first_area_has_a_plot_and_all_have_the_words() -> None:
    past = history([5, 6, 7], 1)
    both = [
        replace(figures(usage(36.8, 3)), history=past),
        replace(figures(usage(9.2, 2), HOME), history=past),
    ]
    words = put_into_words(letter(*both, reasons={}))
    assert list(words.images) == ["course"]
    assert words.html.count("<img") == 1
    assert words.text.count("Hard quota: 3 days ago 5 TB") == 2


def test_a_plot_that_cannot_be_drawn_stops_no_message(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("no fonts here")

    monkeypatch.setattr(pictures, "draw", broken)
    words = put_into_words(growing())
    assert "Hard quota: 89 days ago" in words.text
    with caplog.at_level(logging.ERROR):
        (empty,) = words.images.values()
    with Image.open(BytesIO(empty)) as picture:
        assert picture.convert("RGBA").getcolors() == [(1, (0, 0, 0, 0))]
    assert "the picture course could not be drawn" in caplog.text


def test_to_put_a_letter_into_words_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "draw", lambda _: pytest.fail("drawn before it is looked at"))
    assert list(put_into_words(growing()).images) == ["course"]


def test_the_forecast_ends_at_the_limit_on_the_day_that_the_words_tell() -> None:
    made = forecast()
    it = course(made, made.areas[0])
    assert it is not None
    hard = next(curve for curve in it.curves if curve.title == "Hard quota")
    _, (end, share) = hard.forecast
    due = made.topics[0].finding.due
    assert due is not None
    assert (end, share, hard.passes) == (due, pytest.approx(1), due)


def test_files_have_a_curve_too() -> None:
    counted = Finding(Level.OK, 50_000, 100_000, "files", "file quota", policy="inodes")
    made = usage(34)
    made = replace(made, total=replace(made.total, files=50_000))
    it = replace(figures(made, AREA, counted), history=history([33, 33.5], 1))
    found = course(letter(it, reasons={}), it)
    assert found is not None
    assert [share for _, share in found.curves[-1].points] == [0.5, 0.5, 0.5]


def due_in(days: float | None, finding: Finding) -> Finding:
    return replace(finding, due=None if days is None else SCANNED + DAY * days, from_history=True)


def test_the_limit_that_is_passed_first_comes_first_and_has_its_day_marked() -> None:
    it = figures(usage(34))
    hard, temporal = it.findings
    it = replace(it, findings=(due_in(20, hard), due_in(9, temporal)), history=history([31, 32, 33], 1))
    found = course(letter(it, reasons={}), it)
    assert found is not None
    assert [(curve.title, curve.passes) for curve in found.curves] == [
        ("Temporal quota", SCANNED + DAY * 9),
        ("Hard quota", SCANNED + DAY * 20),
    ]
    assert found.sentences[0].startswith("Temporal quota: ")
    assert draw(plot(found.curves, SCANNED, GERMAN)).startswith(b"\x89PNG")


def test_what_is_passed_later_or_only_if_nothing_is_deleted_has_no_mark() -> None:
    it = figures(usage(34))
    hard, temporal = it.findings
    kept = replace(temporal, due=SCANNED + DAY * 3)
    it = replace(it, findings=(due_in(31, hard), kept), history=history([31, 32, 33], 1))
    found = course(letter(it, reasons={}), it)
    assert found is not None
    assert [curve.passes for curve in found.curves] == [None, None]


def boxes(curves: tuple[Curve, ...], code: Language) -> tuple[list[Bbox], list[tuple[float, float]]]:
    """Where texts stand in the picture, and the points of all curves, in dots."""
    figure = pictures.figure_of(plot(curves, SCANNED, code))
    canvas = FigureCanvasAgg(figure)
    (axes,) = figure.axes
    texts = [*figure.texts, *axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
    found = [text.get_window_extent(canvas.get_renderer()) for text in texts if text.get_text()]
    points = []
    for curve in curves:
        for (time, share), (later, then) in pairwise((*curve.points, *curve.forecast)):
            for part in range(21):
                day = ((time - SCANNED) + (later - time) * part / 20) / DAY
                points.append((day, 100 * (share + (then - share) * part / 20)))
    return found, [tuple(point) for point in axes.transData.transform(points)]


@pytest.mark.parametrize("code", [ENGLISH, GERMAN], ids=["en", "de"])
@pytest.mark.parametrize(("hard_days", "temporal_days"), [(20, 9), (2, 29), (None, 1), (None, None)])
@pytest.mark.parametrize(
    "sizes",
    [
        [1, 1, 6],
        [39] * 90,
        [12 + 0.3 * day for day in range(89)],
        [60, 2, 39.9, 30],
        [5] * 20 + [55] * 3 + [10] * 9,
    ],
    ids=["few", "flat", "growing", "up and down", "once over"],
)
def test_no_label_stands_on_a_curve_on_another_label_or_beyond_the_picture(
    code: Language, hard_days: float | None, temporal_days: float | None, sizes: list[float]
) -> None:
    it = figures(usage(sizes[-1]))
    hard, temporal = it.findings
    found = (due_in(hard_days, hard), due_in(temporal_days, temporal))
    it = replace(it, findings=found, history=history(sizes, 1))
    drawn = course(letter(it, reasons={}, language=code), it)
    assert drawn is not None
    texts, points = boxes(drawn.curves, code)
    width, height = 2 * pictures.WIDTH, 2 * pictures.HEIGHT
    for box in texts:
        assert 0 <= box.x0 < box.x1 <= width
        assert 0 <= box.y0 < box.y1 <= height
        assert not [point for point in points if box.contains(*point)]
    for place, box in enumerate(texts):
        assert not [other for other in texts[:place] if box.overlaps(other)]


def test_case_33_a_gap_is_a_gap_and_no_line() -> None:
    daily = [(float(day), 1.0) for day in range(-30, 1)]
    with_a_gap = [point for point in daily if not -20 < point[0] < -13]
    assert [run[0][0] for run in pictures.runs(with_a_gap)] == [-30, -13]
    assert pictures.runs(daily) == [daily]
    weekly = [(float(day), 1.0) for day in range(-70, 1, 7)]
    assert (
        len(pictures.runs([*weekly[:3], *weekly[4:]])) == 1
    )  # one that is left out is no gap of a weekly scan
    assert len(pictures.runs([*weekly[:3], *weekly[6:]])) == 2
    assert pictures.runs(daily[:1]) == [daily[:1]]


def test_case_33_what_is_drawn_has_the_gap() -> None:
    points = tuple((float(day), 10.0) for day in range(-30, 1) if not -20 < day < -13)
    line = pictures.Line(points, (), "hard quota: 10 % of 40 TB")
    figure = pictures.figure_of(Drawing((line,), -30, 2, 112, ((0, "today"),), ((0, "0 %"),), "limit", ""))
    drawn = [curve.get_xdata() for curve in figure.axes[0].get_lines() if len(curve.get_xdata()) > 2]
    assert [(xs[0], xs[-1]) for xs in drawn] == [(-30, -20), (-13, 0)]
