"""A private slapd, the server of OpenLDAP, with a directory of its own and a certificate of a CA of its own."""

import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

from servers.process import MissingServerError, Server, free_port

BASE = "dc=example,dc=org"
READER, PASSWORD = f"cn=reader,{BASE}", "slapd-secret"
ADMIN, ADMIN_PASSWORD = f"cn=admin,{BASE}", "admin-secret"
PROGRAM = Path("/usr/sbin/slapd")

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
objectclass ( 1.3.6.1.4.1.4203.666.100.1 NAME 'gidHolder' SUP top AUXILIARY MUST gidNumber MAY ( owner $ manager ) )
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
database mdb
suffix {base}
rootdn {admin}
rootpw {admin_password}
directory {folder}/data
maxsize 268435456
dbnosync
index objectClass,uid,cn,gidNumber eq
access to attrs=userPassword by anonymous auth by dn.exact={reader} read by * none
access to * by * read
"""

TREE = f"""
dn: {BASE}
objectClass: domain
dc: example

dn: {READER}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: {PASSWORD}

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{BASE}
objectClass: organizationalUnit
ou: groups
"""


class Slapd(Server):
    """A slapd on `port`, and with TLS from the start on `tls_port`; its people and groups are those of `ldif`.

    limits  further lines of its configuration, such as "sizelimit 10"
    names   what its certificate is for
    """

    def __init__(self, ldif: str = "", limits: str = "", names: str = "DNS:localhost,IP:127.0.0.1") -> None:
        if not PROGRAM.exists():
            raise MissingServerError("slapd is missing: apt-get install slapd ldap-utils")
        super().__init__()
        self.tls_port = free_port()
        (self.folder / "data").mkdir()
        configuration = CONFIGURATION.format(
            folder=self.folder, base=BASE, admin=ADMIN, admin_password=ADMIN_PASSWORD, reader=READER
        )
        (self.folder / "slapd.conf").write_text(configuration + limits + "\n")
        make_certificates(self.folder, names)
        self._load(TREE + "\n" + ldif)

    @property
    def url(self) -> str:
        """Without encryption."""
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def ca(self) -> str:
        """The certificate of the CA, in PEM."""
        return (self.folder / "ca.pem").read_text()

    def command(self) -> list[str]:
        listens = f"{self.url}/ ldaps://127.0.0.1:{self.tls_port}/"
        return [str(PROGRAM), "-d", "0", "-f", str(self.folder / "slapd.conf"), "-h", listens]

    def environment(self) -> dict[str, str]:
        return {}

    def is_ready(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def change(self, ldif: str) -> None:
        """Change entries while it runs, as ldapmodify does; those without a changetype are added."""
        who = ["-x", "-H", self.url, "-D", ADMIN, "-w", ADMIN_PASSWORD]
        subprocess.run(["ldapmodify", "-a", *who], input=ldif.encode(), check=True, capture_output=True)

    def _load(self, ldif: str) -> None:
        configuration = str(self.folder / "slapd.conf")
        slapadd = [str(PROGRAM.with_name("slapadd")), "-q", "-f", configuration, "-b", BASE]
        done = subprocess.run(slapadd, input=ldif.encode(), check=False, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()


def person(username: str, uid: int, gid: int = 100, more: str = "", rdn: str = "uid") -> str:
    """An account in LDIF; its name is Name USERNAME. `rdn` is what its DN begins with: uid or cn."""
    first = f"uid={username}" if rdn == "uid" else f"cn=Name {username}"
    return (
        f"dn: {first},ou=people,{BASE}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: {username}\n"
        f"cn: Name {username}\nsn: Name\nuidNumber: {uid}\ngidNumber: {gid}\nhomeDirectory: /\n{more}\n"
    )


def posix_group(name: str, gid: int, members: Iterable[str] = (), more: str = "") -> str:
    """A group in LDIF that lists usernames (RFC 2307)."""
    listed = "".join(f"memberUid: {member}\n" for member in members)
    return (
        f"dn: cn={name},ou=groups,{BASE}\nobjectClass: posixGroup\nobjectClass: gidHolder\n"
        f"cn: {name}\ngidNumber: {gid}\n{listed}{more}\n"
    )


def group_of_names(name: str, gid: int | None, members: Iterable[str], more: str = "") -> str:
    """A group in LDIF that lists DNs, with a gid (RFC 2307bis) or without."""
    listed = "".join(f"member: {member}\n" for member in members)
    number = "" if gid is None else f"objectClass: gidHolder\ngidNumber: {gid}\n"
    return f"dn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames\n{number}cn: {name}\n{listed}{more}\n"


def make_certificates(folder: Path, names: str) -> None:
    """ca.pem, and server.pem with server.key for these names, which that CA has signed."""
    new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    (folder / "names").write_text(f"subjectAltName={names}\n")
    for arguments in (
        [*new, "-x509", "-days", "2", "-subj", "/CN=CA of the test", "-keyout", "ca.key", "-out", "ca.pem"],
        [*new, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"],
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
         "-days", "2", "-extfile", "names", "-out", "server.pem"],
    ):  # fmt: skip
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
