"""A private sshd of OpenSSH that serves sftp and nothing else, with keys of its own."""

import os
import pwd
import socket
import subprocess
from pathlib import Path
from typing import Any

from servers.process import MissingServerError, Server

PROGRAM = Path("/usr/sbin/sshd")

CONFIGURATION = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/user.pub
UsePAM no
StrictModes no
PasswordAuthentication no
PermitRootLogin prohibit-password
UseDNS no
MaxStartups 200
Subsystem sftp internal-sftp {options}
ForceCommand internal-sftp {options}
"""


class Sshd(Server):
    """An sshd whose users are who runs the tests, and, where that is root, nobody.

    without  what its sftp cannot do, in the words of `sftp-server -Q requests`
    """

    def __init__(self, *without: str) -> None:
        if not PROGRAM.exists():
            raise MissingServerError("sshd is missing: apt-get install openssh-server")
        super().__init__()
        self.folder.chmod(0o755)
        self.user = pwd.getpwuid(os.geteuid()).pw_name
        self.other = "nobody" if os.geteuid() == 0 else self.user
        for name in ("host", "user"):
            new_key(self.folder / name)
        self.allow(*without)
        self.data = self.folder / "data"
        self.data.mkdir()
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)

    def allow(self, *without: str) -> None:
        """Everything but that, from the next start on."""
        options = f"-P {','.join(without)}" if without else ""
        configuration = CONFIGURATION.format(port=self.port, folder=self.folder, options=options)
        (self.folder / "sshd_config").write_text(configuration)
        line = f"[127.0.0.1]:{self.port} {(self.folder / 'host.pub').read_text()}"
        (self.folder / "known_hosts").write_text(line)

    def store(self, name: str, path: Path | str, user: str = "") -> dict[str, Any]:
        """The [[stores]] block of a folder behind it."""
        return {
            "name": name, "url": f"sftp://{user or self.user}@127.0.0.1:{self.port}{path}",
            "key_file": str(self.folder / "user"), "known_hosts": str(self.folder / "known_hosts"),
        }  # fmt: skip

    def new_folder(self, name: str) -> Path:
        """A folder of the other user."""
        folder = self.data / name
        folder.mkdir()
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam(self.other).pw_uid, -1)
        return folder

    def command(self) -> list[str]:
        return [str(PROGRAM), "-D", "-e", "-f", str(self.folder / "sshd_config")]

    def environment(self) -> dict[str, str]:
        return {}

    def is_ready(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


def new_key(file: Path) -> None:
    """A private key without a password, and its public one beside it."""
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(file)]
    subprocess.run(make, check=True, capture_output=True)
