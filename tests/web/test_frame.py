"""Every request: our host, our prefix, the headers of answers, the log."""

import time

from cli.place import Place
from servers.web import Web

from web.client import Browser


def test_pages_show(nobody: Browser, cleo: Browser, op: Browser) -> None:
    assert nobody.get("/").headers["location"].endswith("/sign-in")
    for browser, paths in (
        (nobody, ["/sign-in", "/healthz", "/readyz", "/metrics", "/static/style.css"]),
        (cleo, ["/", "/messages", "/preferences", "/tokens", "/exemption", "/areas/3"]),
        (op, ["/operations", "/operations/areas", "/operations/users", "/operations/users/cleo",
              "/operations/users/cleo/storage", "/operations/volumes", "/operations/volumes/vol1",
              "/operations/held", "/operations/deliveries", "/operations/exemptions", "/operations/go-live",
              "/operations/changes"]),
    ):  # fmt: skip
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 200, (path, answer.text[-2000:])


def test_no_token_is_in_the_log_under_a_prefix_either(place: Place) -> None:
    paths = (
        "/storage/enter/SECRET",
        "/storage/answer/SECRET",
        "/storage/confirm/SECRET",
        "/other/enter/SECRET",
    )
    with Web(place.settings, prefix="/storage") as server:
        browser = Browser(server.at)
        for path in paths:
            browser.get(path)
            browser.get(path, Host="elsewhere.example.org")
        deadline = time.monotonic() + 20
        while server.log.count(" 421 ") < len(paths) and time.monotonic() < deadline:
            time.sleep(0.05)  # it is logged after it is answered
        assert "GET /storage/enter/…" in server.log
        assert "SECRET" not in server.log
