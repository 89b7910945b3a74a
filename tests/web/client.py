"""A person's browser without scripts: follows no redirect by itself, keeps cookies, finds forms."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

import httpx
from servers.process import until

OPERATOR, NOBODY = "op", ""


@dataclass
class Browser:
    """`get` and `post` at the server; whoever is signed in is in the cookies."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = httpx.Client(follow_redirects=False, timeout=30, headers=self.headers)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Look at a page."""
        return self.client.get(self._at(path), headers=headers)

    def post(self, path: str, *, proof: str | None = None, **fields: object) -> httpx.Response:
        """Press a button."""
        data = fields if proof is None else {**fields, "proof": proof}
        return self.client.post(self._at(path), data=data)

    def send(self, path: str, **fields: object) -> httpx.Response:
        """Press a button of a page that was just looked at, with the proof in its form."""
        return self.post(path, proof=self.proof(), **fields)

    def proof(self, path: str = "/tokens") -> str:
        """The proof in the forms of this session."""
        found = re.search(r'name="proof" value="([0-9a-f]{64})"', self.get(path).text)
        assert found, self.get(path).text
        return found[1]

    def sign_in(self, name: str, mails: Path) -> None:
        """By a link in a mail."""
        assert self.post("/sign-in", name=name).status_code == 200
        answer = self.client.post(link(mails, f"{self.url}/enter/"))
        assert answer.status_code == 303, answer.text

    def _at(self, path: str) -> str:
        return path if path.startswith("http") else f"{self.url}{path}"


def link(mails: Path, begin: str) -> str:
    """The link of the newest mail that has one that begins so; waits for it, and takes the mail away."""

    def newest() -> str | None:
        for file in sorted(mails.glob("new/*"), key=lambda found: found.stat().st_mtime_ns, reverse=True):
            found = re.search(rf"{re.escape(begin)}\S+", mail_text(file))
            if found:
                file.unlink()
                return found[0]
        return None

    return until(newest, f"a mail with {begin}")


def mail_text(file: Path) -> str:
    """The text part of a mail."""
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
