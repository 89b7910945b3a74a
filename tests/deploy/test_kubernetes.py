"""deploy/kubernetes: put together by kustomize, held against the schemas of Kubernetes and what this program knows."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from deploy.manifests import Manifest, Pod, environment, pods, put_together
from xfc_notify.components import CHECKS
from xfc_notify.components import load_settings as load

VERSIONS = ("1.30", kubernetes_validate.latest_version())
KEYS = {
    "xfc-notify-service": {"database_url", "broker_url", "mail_url", "link_secret"},
    "xfc-notify-scan": {"broker_url"},
    "xfc-notify-transfers": {"database_url", "broker_url"},
}
"""What docs/containers.md says has to be in each Secret."""
DATA, STORES = Path("/data/xfc"), Path("/data/stores")


@pytest.fixture(scope="module", params=["base", "overlays/example"])
def manifests(request: pytest.FixtureRequest, kustomize: list[str]) -> list[Manifest]:
    """All manifests, of the base and of a site."""
    return put_together(kustomize, request.param)


@pytest.fixture(scope="module")
def base(kustomize: list[str]) -> list[Manifest]:
    return put_together(kustomize, "base")


@pytest.fixture(scope="module")
def site(kustomize: list[str]) -> list[Manifest]:
    return put_together(kustomize, "overlays/example")


def named(manifests: list[Manifest], kind: str) -> dict[tuple[str, str], Manifest]:
    """The manifests of a kind, by namespace and name; no two have the same."""
    found = [it for it in manifests if it["kind"] == kind]
    by_name = {(it["metadata"].get("namespace", ""), it["metadata"]["name"]): it for it in found}
    assert len(by_name) == len(found)
    return by_name


def pod(manifests: list[Manifest], component: str) -> Pod:
    (found,) = (it for it in pods(manifests) if it.component == component)
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_every_manifest_is_one_that_kubernetes_knows(manifests: list[Manifest], version: str) -> None:
    for manifest in manifests:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_a_mistake_would_be_seen(base: list[Manifest]) -> None:
    wrong = {"kind": "Deployment", "apiVersion": "apps/v1", "spec": {"replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_there_are_scanners_a_service_the_web_a_timer_a_migration_and_discover(
    base: list[Manifest], site: list[Manifest]
) -> None:
    found = {(it.namespace, it.component) for it in pods(base)}
    assert found == {
        ("xfc-notify-scan", "scan"),
        *(("xfc-notify", name) for name in ("service", "web", "tick", "migrate", "discover")),
    }
    assert {(it.namespace, it.component) for it in pods(site)} == found | {("xfc-notify", "transfers")}


def test_a_command_is_one_that_there_is(manifests: list[Manifest]) -> None:
    for container in (it for pod in pods(manifests) for it in pod.containers):
        probe = container.get("readinessProbe", {}).get("exec", {}).get("command")
        for program, *arguments in filter(None, (container["command"], probe)):
            there = Path(sys.executable).with_name(program)
            ran = subprocess.run([there, *arguments, "--help"], capture_output=True, timeout=60, check=False)
            assert ran.returncode == 0, (program, *arguments)
            if arguments[0] == "check":
                assert set(arguments[1:]) <= set(CHECKS)


def test_the_settings_are_such_and_no_secret_is_missing(manifests: list[Manifest], tmp_path: Path) -> None:
    maps = named(manifests, "ConfigMap")
    for pod in pods(manifests):
        volumes = {volume["name"]: volume for volume in pod.spec["volumes"]}
        folder = tmp_path / pod.component
        folder.mkdir()
        (config,) = maps[pod.namespace, volumes["settings"]["configMap"]["name"]]["data"].items()
        assert config[0] == "settings.toml"
        (folder / "settings.toml").write_text(config[1])
        secret = volumes["secrets"]["secret"]
        known_keys = KEYS[secret["secretName"]]
        given = {item["key"] for item in secret.get("items", [])} or known_keys
        assert given <= known_keys
        for container in pod.containers:
            mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
            assert mounts["settings"] == "/etc/xfc-notify"
            inside, urls = mounts["secrets"] + "/", {}
            for variable, file in environment(container).items():
                key = file.removeprefix(inside)
                assert file == inside + key
                (folder / key).write_text(url_for(key))
                urls[variable] = str(folder / key)
            settings = load(folder / "settings.toml", urls)
            assert {Path(url).name for url in urls.values()} == given
            known = {settings.database.url, settings.broker.url, settings.plugins.table("email").get("url")}
            known.add(settings.service.secret)
            assert settings.web.url
            writes = pod.component in {"service", "tick", "web"}
            assert (settings.service.secret == url_for("link_secret")) == writes
            assert {url_for(key) for key in given} <= known
            assert settings.volumes
            for volume in settings.volumes if pod.data else ():
                assert any(Path(volume.path.decode()).is_relative_to(mounts[name]) for name in pod.data)
            for store in settings.stores if "stores" in mounts else ():
                assert Path(store.path.decode()).is_relative_to(mounts["stores"])


def url_for(key: str) -> str:
    return {
        "database_url": "postgresql://xfc_notify:secret@postgresql.postgresql/xfc_notify",
        "broker_url": "amqp://xfc-notify-service:secret@rabbitmq.rabbitmq/xfc-notify",
        "mail_url": "smtp://mail.example.org",
        "link_secret": "correct horse battery staple",
    }[key]


def test_what_a_pod_mounts_is_there(site: list[Manifest]) -> None:
    claims, stores = named(site, "PersistentVolumeClaim"), named(site, "PersistentVolume")
    assert {pod.component for pod in pods(site) if pod.data} == {"scan", "discover"}
    for pod in pods(site):
        for volume in pod.data.values():
            claim = claims[pod.namespace, volume["persistentVolumeClaim"]["claimName"]]
            store = stores["", claim["spec"]["volumeName"]]["spec"]
            assert store["claimRef"] == {
                "namespace": pod.namespace,
                "name": claim["metadata"]["name"],
            }
            assert store["nfs"]["readOnly"]
            assert "ro" in store["mountOptions"]


def test_who_moves_files_has_a_user_an_account_a_secret_and_stores_of_its_own_and_no_areas(
    base: list[Manifest], site: list[Manifest]
) -> None:
    moves, others = pod(site, "transfers"), [it for it in pods(site) if it.component != "transfers"]
    assert moves.data == {}
    assert [it.component for it in pods(site) if it.stores] == ["transfers"]
    (volume,) = moves.stores.values()
    claim = named(site, "PersistentVolumeClaim")[
        moves.namespace, volume["persistentVolumeClaim"]["claimName"]
    ]
    store = named(site, "PersistentVolume")["", claim["spec"]["volumeName"]]["spec"]
    areas = [
        it["spec"] for it in named(site, "PersistentVolume").values() if it["spec"]["nfs"].get("readOnly")
    ]
    assert len(areas) == 2
    assert store["nfs"]["path"] not in {it["nfs"]["path"] for it in areas}
    assert set(store["mountOptions"]) == {"nosuid", "nodev", "noexec"}
    mounts = {it["name"]: it["mountPath"] for it in moves.spec["containers"][0]["volumeMounts"]}
    assert mounts["stores"] == str(STORES)

    def own(spec: Manifest) -> tuple[int, str, str]:
        secret = {it["name"]: it for it in spec["volumes"]}["secrets"]["secret"]["secretName"]
        return spec["securityContext"]["runAsUser"], spec.get("serviceAccountName", "default"), secret

    assert own(moves.spec) == (10002, "transfers", "xfc-notify-transfers")
    for theirs in (own(it.spec) for it in others):
        assert not set(theirs) & set(own(moves.spec))
    account = named(site, "ServiceAccount")["xfc-notify", "transfers"]
    assert account["automountServiceAccountToken"] is False
    assert "fsGroup" not in moves.spec["securityContext"]
    assert named(base, "ServiceAccount") == {}


def test_who_moves_files_runs_what_compose_and_systemd_run(site: list[Manifest]) -> None:
    (container,) = pod(site, "transfers").spec["containers"]
    deployed = Path(__file__).parents[2] / "deploy"
    compose = yaml.safe_load((deployed / "compose.yaml").read_text())["services"]["transfers"]
    assert container["command"] == compose["command"]
    user = pod(site, "transfers").spec["securityContext"]["runAsUser"]
    assert compose["user"] == f"{user}:{user}"
    assert container["readinessProbe"]["exec"]["command"] == compose["healthcheck"]["test"][1:]
    unit = (deployed / "systemd/xfc-notify-transfers.service").read_text()
    assert f"/{' '.join(container['command'])}\n" in unit
    assert f"TimeoutStopSec={pod(site, 'transfers').spec['terminationGracePeriodSeconds'] // 60}min" in unit


def test_areas_are_mounted_read_only_and_the_kubelet_has_no_cause_to_change_them(
    manifests: list[Manifest],
) -> None:
    holding = [pod for pod in pods(manifests) if pod.data]
    assert [pod.component for pod in holding] == ["scan", "discover"]
    for pod in holding:
        assert all(volume["persistentVolumeClaim"]["readOnly"] for volume in pod.data.values())
        mounts = [it for container in pod.containers for it in container["volumeMounts"]]
        of_data = [mount for mount in mounts if mount["name"] in pod.data]
        assert len(of_data) == len(pod.data)
        for mount in of_data:
            assert mount["readOnly"]
            assert Path(mount["mountPath"]).is_relative_to(DATA)
        assert "fsGroup" not in pod.spec["securityContext"]


def looseness(pod: Pod) -> set[str]:
    """What the level "restricted" of Pod Security would object to."""
    found = set()
    whole = pod.spec["securityContext"]
    if whole.get("runAsNonRoot") is not True or whole.get("runAsUser") == 0:
        found.add("root")
    if whole.get("seccompProfile") != {"type": "RuntimeDefault"}:
        found.add("seccomp")
    found |= {key for key in ("hostNetwork", "hostPID", "hostIPC") if pod.spec.get(key)}
    kinds = {next(iter(volume.keys() - {"name"})) for volume in pod.spec["volumes"]}
    found |= kinds - {"configMap", "secret", "emptyDir", "persistentVolumeClaim"}
    for container in pod.containers:
        context = container["securityContext"]
        if context["allowPrivilegeEscalation"] is not False:
            found.add("escalation")
        if context["capabilities"]["drop"] != ["ALL"]:
            found.add("capabilities")
        found |= set(context["capabilities"].get("add", []))
        if context.keys() - {"allowPrivilegeEscalation", "readOnlyRootFilesystem", "capabilities"}:
            found.add("something else")
    return found


def enforced(manifests: list[Manifest]) -> dict[str, str]:
    return {
        name: namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for (_, name), namespace in named(manifests, "Namespace").items()
    }


def test_in_the_base_everything_is_restricted(base: list[Manifest]) -> None:
    assert enforced(base) == {"xfc-notify": "restricted", "xfc-notify-scan": "restricted"}
    assert {it.component: looseness(it) for it in pods(base) if looseness(it)} == {}


def test_a_site_may_give_scanners_alone_the_right_to_read_and_no_other(site: list[Manifest]) -> None:
    assert enforced(site) == {"xfc-notify": "restricted", "xfc-notify-scan": "privileged"}
    assert {it.component: looseness(it) for it in pods(site) if looseness(it)} == {
        "scan": {"root", "DAC_READ_SEARCH"}
    }


def test_a_pod_writes_nowhere_but_in_tmp_and_has_no_account_and_a_limit(manifests: list[Manifest]) -> None:
    for pod in pods(manifests):
        assert pod.spec["automountServiceAccountToken"] is False
        for container in pod.containers:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            writable = {it["mountPath"] for it in container["volumeMounts"] if not it.get("readOnly")}
            assert writable <= {"/tmp", *([str(STORES)] if pod.stores else [])}
            assert container["resources"]["limits"]["memory"]
            assert container["resources"]["requests"].keys() == {"cpu", "memory"}


def test_a_deployment_finds_its_own_pods(site: list[Manifest]) -> None:
    deployments = named(site, "Deployment")
    assert {name for _, name in deployments} == {"scan", "service", "web", "transfers"}
    for deployment in deployments.values():
        selected = deployment["spec"]["selector"]["matchLabels"]
        assert selected.items() <= deployment["spec"]["template"]["metadata"]["labels"].items()


def reached(manifests: list[Manifest], pod: Pod) -> set[tuple[str, int]]:
    """To whom, and to which ports, the policies let a pod speak."""
    found = set()
    for (namespace, _), policy in named(manifests, "NetworkPolicy").items():
        spec = policy["spec"]
        if namespace != pod.namespace or not selects(spec["podSelector"], pod.labels):
            continue
        for rule in spec.get("egress", []):
            found |= {(place(to), port["port"]) for to in rule.get("to", [{}]) for port in rule["ports"]}
    return found


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        labels.get(it["key"]) in it["values"]
        for it in selector.get("matchExpressions", [])
        if it["operator"] == "In"
    )


def place(to: dict[str, Any]) -> str:
    if "ipBlock" in to:
        return str(to["ipBlock"]["cidr"])
    if not to:
        return "anywhere"
    return str(to["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"])


def test_a_pod_may_speak_to_whom_it_needs_and_to_nobody_else(
    base: list[Manifest], site: list[Manifest]
) -> None:
    names = {("kube-system", 53)}
    broker = {("rabbitmq", 5671), ("rabbitmq", 5672)}
    database = {("postgresql", 5432)}
    people = {("anywhere", port) for port in (25, 465, 587, 443)}
    expected = {
        "scan": names | broker,
        "service": names | broker | database | people,
        "web": names | broker | database | people,
        "tick": names | broker | database | {("anywhere", 443)},
        "migrate": names | database,
        "discover": names | database,
    }
    assert {it.component: reached(base, it) for it in pods(base)} == expected
    assert reached(site, pod(site, "migrate")) == names | {("192.0.2.10/32", 5432)}
    assert reached(site, pod(site, "scan")) == expected["scan"]
    assert reached(site, pod(site, "transfers")) == names | broker | {("192.0.2.10/32", 5432)}


def test_nobody_may_speak_to_a_pod_but_the_ingress_controller_to_the_web(manifests: list[Manifest]) -> None:
    policies = named(manifests, "NetworkPolicy")
    open_to = {name: policy["spec"] for name, policy in policies.items() if "ingress" in policy["spec"]}
    assert open_to.keys() == {("xfc-notify", "to-web")}
    (spec,) = open_to.values()
    assert [it.component for it in pods(manifests) if selects(spec["podSelector"], it.labels)] == ["web"]
    (rule,) = spec["ingress"]
    assert [place(from_) for from_ in rule["from"]] == ["ingress-nginx"]
    assert rule["ports"] == [{"port": 8080, "protocol": "TCP"}]
    for namespace in {pod.namespace for pod in pods(manifests)}:
        spec = policies[namespace, "nothing"]["spec"]
        assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_what_is_asked_of_a_pod_that_is_ready_is_what_an_image_is_asked(base: list[Manifest]) -> None:
    stated = (Path(__file__).parents[2] / "deploy/container/Containerfile").read_text()
    for component in ("scan", "service"):
        (container,) = pod(base, component).spec["containers"]
        for command in (container["command"], container["readinessProbe"]["exec"]["command"]):
            assert f"CMD {json.dumps(command)}\n" in stated


def test_the_web_says_how_it_is_where_its_image_does(base: list[Manifest]) -> None:
    stated = (Path(__file__).parents[2] / "deploy/container/Containerfile").read_text()
    (container,) = pod(base, "web").spec["containers"]
    assert f"CMD {json.dumps(container['command'])}\n" in stated
    (port,) = container["ports"]
    assert f"EXPOSE {port['containerPort']}\n" in stated
    probes = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("readiness", "liveness")}
    assert {kind: (it["path"], it["port"]) for kind, it in probes.items()} == {
        "readiness": ("/readyz", port["name"]),
        "liveness": ("/healthz", port["name"]),
    }
    assert f"http://127.0.0.1:{port['containerPort']}{probes['readiness']['path']}" in stated


def test_people_reach_the_web_by_the_name_in_the_settings_and_nobody_its_metrics(
    site: list[Manifest],
) -> None:
    (ingress,) = named(site, "Ingress").values()
    services = {name: it["spec"]["selector"] for (_, name), it in named(site, "Service").items()}
    (rule,) = ingress["spec"]["rules"]
    maps = [it["data"]["settings.toml"] for it in site if it["kind"] == "ConfigMap"]
    assert all(f'url = "https://{rule["host"]}"' in text for text in maps)
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]
    leads = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert leads == {"/": "web", "/metrics": "nobody"}
    found = {
        name: [it.component for it in pods(site) if selector.items() <= it.labels.items()]
        for name, selector in services.items()
    }
    assert found == {"web": ["web"], "nobody": []}
