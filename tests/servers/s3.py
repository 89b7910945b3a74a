"""A private S3 server: that of moto, which keeps all in memory."""

import http.client
import sys
from typing import Any

from servers.process import Server

KEY, SECRET = "tester", "s3-secret-of-the-tests"
RUN = "import sys; from moto.server import main; main(sys.argv[1:])"


class S3(Server):
    """A server with buckets; `stop` loses what is in them."""

    def __init__(self) -> None:
        super().__init__()
        (self.folder / "secret").write_text(SECRET + "\n")
        (self.folder / "secret").chmod(0o600)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def store(self, name: str, place: str) -> dict[str, Any]:
        """The [[stores]] block of a bucket, or a prefix in it."""
        return {
            "name": name, "url": f"s3://{place}", "endpoint": self.url, "region": "us-east-1",
            "access_key": KEY, "secret_file": str(self.folder / "secret"),
        }  # fmt: skip

    def client(self) -> Any:
        """Somebody else's client."""
        import boto3

        return boto3.client(
            "s3", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="other",
            aws_secret_access_key="other",
        )  # fmt: skip

    def command(self) -> list[str]:
        return [sys.executable, "-c", RUN, "-H", "127.0.0.1", "-p", str(self.port)]

    def environment(self) -> dict[str, str]:
        return {"AWS__DISABLED": "true"}

    def is_ready(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
            connection.request("GET", "/moto-api/data.json")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
