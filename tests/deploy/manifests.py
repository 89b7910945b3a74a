"""deploy/kubernetes, as kustomize puts it together."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

KUBERNETES = Path(__file__).parents[2] / "deploy/kubernetes"
Manifest = dict[str, Any]


@dataclass(frozen=True)
class Pod:
    """A pod that some manifest makes."""

    namespace: str
    labels: dict[str, str]
    spec: Manifest

    @property
    def component(self) -> str:
        """What it does."""
        return self.labels["app.kubernetes.io/component"]

    @property
    def containers(self) -> list[Manifest]:
        """Those that it begins with and those that it runs."""
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]

    @property
    def data(self) -> dict[str, Manifest]:
        """Its volumes that hold areas, by name."""
        return {name: it for name, it in self._claims.items() if name != "stores"}

    @property
    def stores(self) -> dict[str, Manifest]:
        """Its volumes that hold stores, by name."""
        return {name: it for name, it in self._claims.items() if name == "stores"}

    @property
    def _claims(self) -> dict[str, Manifest]:
        return {it["name"]: it for it in self.spec["volumes"] if "persistentVolumeClaim" in it}


def put_together(kustomize: list[str], folder: str) -> list[Manifest]:
    """All manifests of a folder."""
    ran = subprocess.run([*kustomize, KUBERNETES / folder], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return list(yaml.safe_load_all(ran.stdout))


def pods(manifests: list[Manifest]) -> Iterator[Pod]:
    """The pods of Deployments, Jobs and CronJobs."""
    for manifest in manifests:
        spec = manifest.get("spec", {})
        template = spec.get("jobTemplate", manifest).get("spec", {}).get("template")
        if template is not None:
            yield Pod(manifest["metadata"]["namespace"], template["metadata"]["labels"], template["spec"])


def environment(container: Manifest) -> dict[str, str]:
    """The environment variables of a container."""
    return {variable["name"]: variable["value"] for variable in container["env"]}
