"""Runs a container of a pod as Kubernetes would, as far as one can without it: the files of its image read-only, its
mounts, its user, its rights, its environment. Not its seccomp profile, its memory limit, and its network policies."""

import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from servers.process import until

from deploy.manifests import Manifest, Pod, environment

DEVICES = ("null", "zero", "random", "urandom")


@dataclass
class Enclosure:
    """Where containers run.

    images        the files of each image, by the last part of its name
    environments  the environment of each image
    volumes       what lies on this machine in place of each volume of a pod
    """

    images: dict[str, Path]
    volumes: dict[tuple[str, str], Path]
    environments: dict[str, dict[str, str]]
    running: "list[Running]" = field(default_factory=list)

    def run(
        self, pod: Pod, command: list[str] | None = None, read_only: bool = True
    ) -> "subprocess.CompletedProcess[str]":
        """Run the last container of a pod, or another command in it, to its end."""
        enclosed = self._enclosed(pod, pod.containers[-1], command, read_only)
        return subprocess.run(enclosed, capture_output=True, text=True, timeout=90, check=False)

    def start(self, pod: Pod, log: Path) -> "Running":
        """Start a pod that goes on running."""
        with log.open("wb") as output:
            process = subprocess.Popen(
                self._enclosed(pod, pod.containers[-1], None, read_only=True),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        started = Running(process, log)
        self.running.append(started)
        return started

    def close(self) -> None:
        """End what runs."""
        for it in self.running:
            it.process.kill()
            it.process.wait()

    def _enclosed(
        self, pod: Pod, container: Manifest, command: list[str] | None, read_only: bool
    ) -> list[str]:
        name = container["image"].rpartition("/")[2].partition(":")[0]
        lines = list(self._mounts(self.images[name], pod, container, read_only))
        lines.append(shlex.join(["exec", "chroot", str(self.images[name]), *rights(pod, container)]))
        values = self.environments[name] | {"HOME": "/tmp"} | environment(container)
        inside = ["env", "-i", *(f"{key}={value}" for key, value in values.items())]
        lines[-1] += " " + shlex.join([*inside, *(command or container["command"])])
        own = ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL"]
        return ["setpriv", "--pdeathsig", "KILL", *own, "sh", "-euc", "\n".join(lines)]

    def _mounts(self, image: Path, pod: Pod, container: Manifest, read_only: bool) -> list[str]:
        root = shlex.quote(str(image))
        kinds = {volume["name"]: volume for volume in pod.spec["volumes"]}
        lines = ["mount --make-rprivate /", f"mount --bind {root} {root}", f"mount -t proc proc {root}/proc"]
        lines += [f"mount -t tmpfs -o mode=755 dev {root}/dev", f"mkdir {root}/dev/shm"]
        lines += [f"touch {root}/dev/{it} && mount --bind /dev/{it} {root}/dev/{it}" for it in DEVICES]
        lines.append(f"mount -t tmpfs -o mode=1777 shm {root}/dev/shm")
        for mount in container["volumeMounts"]:
            at = root + mount["mountPath"]
            lines.append(f"mkdir -p {at}")
            if "emptyDir" in kinds[mount["name"]]:
                lines.append(f"mount -t tmpfs -o mode=1777,size=64m tmp {at}")
                continue
            lines.append(f"mount --bind {shlex.quote(str(self.volumes[pod.namespace, mount['name']]))} {at}")
            if mount.get("readOnly") and read_only:
                lines.append(f"mount -o remount,bind,ro {at}")
        if container["securityContext"]["readOnlyRootFilesystem"]:
            lines.append(f"mount -o remount,bind,ro {root}")
        return lines


@dataclass(frozen=True)
class Running:
    """A pod that goes on running."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def wait_for(self, text: str) -> None:
        """Wait until it has logged this."""

        def has_logged() -> bool:
            assert self.process.poll() is None, f"it has ended:\n{self.log.read_text()}"
            return text in self.log.read_text()

        until(has_logged, f"{text!r} in {self.log}")


def rights(pod: Pod, container: Manifest) -> list[str]:
    """The words that let a command have the user and the rights of a container."""
    whole, own = pod.spec["securityContext"], container["securityContext"]
    kept = [f"+{name.lower()}" for name in own["capabilities"].get("add", [])]
    return [
        "setpriv",
        *("--reuid", str(whole["runAsUser"]), "--regid", str(whole["runAsGroup"]), "--clear-groups"),
        *("--inh-caps", "-all", "--bounding-set", ",".join(["-all", *kept])),
        *(["--no-new-privs"] if own["allowPrivilegeEscalation"] is False else []),
    ]
