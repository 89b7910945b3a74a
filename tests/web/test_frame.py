"""Every request: our host, our prefix, the headers of answers, the log."""

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
