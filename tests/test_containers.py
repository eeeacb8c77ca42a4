"""The container files, as far as they can be tried without an engine: linted, validated, and every
command that the service's image runs run here, on nothing but the files that the image has."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import compose_spec
import pytest

from app.settings import Settings
from tests.support.running import free_port

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
ACCOUNTS = ROOT / "docker" / "create_accounts.sh"


def test_dockerfile_is_linted() -> None:
    """hadolint has nothing to say."""
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_compose_file_is_valid() -> None:
    """The compose specification accepts it, and refuses it with an unknown key."""
    compose_spec.PyCompose.from_yaml(COMPOSE).validate()
    with pytest.raises(ValueError, match="prots"):
        compose_spec.PyCompose.from_yaml(COMPOSE.replace("    ports:", "    prots:"))


@pytest.fixture(scope="module")
def services() -> Any:
    return compose_spec.PyCompose.from_yaml(COMPOSE).to_dict()["services"]


def test_order_of_start(services: Any) -> None:
    """The service waits for the schema, and the schema for a healthy database."""
    assert services["odm"]["depends_on"]["install"]["condition"] == (
        "service_completed_successfully"
    )
    assert services["install"]["depends_on"]["oracle"]["condition"] == "service_healthy"
    assert services["oracle"]["healthcheck"]["test"] == ["CMD", "healthcheck.sh"]


def test_services_are_shut_in(services: Any) -> None:
    """No container has capabilities, can gain any, or takes all memory or processes."""
    for service in services.values():
        assert service["cap_drop"] == ["ALL"]
        assert "cap_add" not in service
        assert not service.get("privileged")
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert re.fullmatch(r"[1-4]gb?", service["mem_limit"])
        assert 0 < int(service["pids_limit"]) <= 2048


@pytest.mark.parametrize("name", ["install", "odm"])
def test_root_is_read_only(services: Any, name: str) -> None:
    """The service and its installer write to /tmp alone, as the image's ordinary user."""
    service = services[name]
    assert service["read_only"] is True
    (tmpfs,) = service["tmpfs"]
    assert re.fullmatch(r"/\w+:size=\d+m,mode=1777,noexec,nosuid,nodev", tmpfs)
    assert "volumes" not in service
    assert f"\nUSER {service['user']}\n" in DOCKERFILE
    assert service["user"] not in ("0", "root")


def test_run_as_documented() -> None:
    """What the page says of a single container is what compose gives the service."""
    page = (ROOT / "docs/how-to/deploy.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^\$ (docker run .*)$", page, re.MULTILINE)
    for option in ("--read-only", "--cap-drop ALL", "--security-opt no-new-privileges"):
        assert f" {option} " in command
    assert {"--memory", "--pids-limit", "--tmpfs"} <= set(command.split())


def test_packages_by_their_hashes() -> None:
    """The image takes the packages of the lock file, each by its hash, and builds none."""
    (command,) = re.findall(r"pip install ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(command.split())
    assert command.split()[-1] == "requirements.lock"


DIGEST = "sha256:" + "5a" * 32


@pytest.mark.parametrize("answer", [DIGEST, "sha256:5a", ""])
def test_images_are_pinned(tmp_path: Path, answer: str) -> None:
    """`make base-digest` adds to each image what docker says its digest is, and else nothing."""
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\necho {answer}\n')
    docker.chmod(0o755)
    for name in ("Dockerfile", "docker-compose.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for _ in range(2):
        done = subprocess.run(
            [ROOT / "docker/pin_images.sh", tmp_path],
            env=environment,
            capture_output=True,
            check=False,
        )
        assert (done.returncode == 0) == (answer == DIGEST)
    images = re.findall(r"ARG PYTHON_IMAGE=(\S+)", DOCKERFILE) + re.findall("image: (.*)", COMPOSE)
    asked = (tmp_path / "asked").read_text().splitlines()
    assert {line.split()[3] for line in asked} <= {image.partition("@")[0] for image in images}
    for name, before in (("Dockerfile", DOCKERFILE), ("docker-compose.yml", COMPOSE)):
        after = (tmp_path / name).read_text(encoding="utf-8")
        pattern = r"(?m)^(ARG PYTHON_IMAGE=| +image: )([^@\s]+)\S*$"
        pinned = re.sub(pattern, rf"\g<1>\g<2>@{DIGEST}", before)
        assert after == (pinned if answer == DIGEST else before)
    assert len(images) == 2


@pytest.mark.parametrize("name", ["install", "odm"])
def test_environment_is_settings(services: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the containers are given are settings, and whole ones."""
    for variable, value in services[name]["environment"].items():
        monkeypatch.setenv(variable, re.sub(r"\$\{\w+:[-?](.*)\}", r"\1", str(value)))
        assert variable.lower() in Settings.model_fields
    assert Settings().uses_oracle


def test_no_secret_is_written_down(services: Any) -> None:
    """Passwords come from outside, and the start is refused without them."""
    for service in services.values():
        for variable, value in service["environment"].items():
            if "PASSWORD" in variable:
                assert re.fullmatch(r"\$\{DB_\w+_PASSWORD:\?.+\}", value)


def test_accounts_script(services: Any) -> None:
    """The script is one that bash reads, and what it and the image need is mounted and given."""
    subprocess.run(["bash", "-n", ACCOUNTS], check=True)
    assert os.access(ACCOUNTS, os.X_OK)
    text = ACCOUNTS.read_text(encoding="utf-8")
    assert set(re.findall(r"\$\{(\w+)\}", text)) <= set(services["oracle"]["environment"])
    mounted = dict(
        volume.split(":")[:2] for volume in services["oracle"]["volumes"] if volume[0] == "."
    )
    assert all((ROOT / source).is_file() for source in mounted)
    scripts = re.findall(r"^@(\S+)$", text, re.MULTILINE)
    assert set(scripts) <= set(mounted.values())
    defined = set(re.findall(r"^DEFINE (\w+) =", text, re.MULTILINE))
    accounts = [ROOT / source for source in mounted if mounted[source] in scripts]
    texts = "".join(path.read_text(encoding="utf-8") for path in accounts)
    assert len(accounts) == 2
    assert set(re.findall(r"&&?(\w+)", texts)) == defined


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the Dockerfile copies from the project, and nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for source, target in re.findall(r"^COPY (?!--)(\S+) (\S+)$", DOCKERFILE, re.MULTILINE):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, folder / target)
        else:
            shutil.copy(ROOT / source, folder / target)
    return folder


def instruction(name: str) -> list[str]:
    """The words of the last CMD of this instruction (CMD itself, or HEALTHCHECK's)."""
    joined = DOCKERFILE.replace("\\\n", " ")
    (line,) = re.findall(rf"^{name} .*$", joined, re.MULTILINE)
    words = json.loads(line[line.index("[") :])
    return [sys.executable if word == "python" else str(word) for word in words]


@pytest.fixture(scope="module")
def container(image: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image's CMD, running with the image's environment; its address."""
    (line,) = re.findall(r"^ENV PATH=\S+ (.*)$", DOCKERFILE, re.MULTILINE)
    environment = dict(word.split("=") for word in shlex.split(line))
    data = tmp_path_factory.mktemp("data")
    environment["ODM_SQLITE_PATH"] = environment["ODM_SQLITE_PATH"].replace("/data", str(data))
    port = str(free_port())
    files = sorted(image.rglob("*"))
    process = subprocess.Popen(
        instruction("CMD"),
        cwd=image,
        env={**os.environ, **environment, "ODM_PORT": port},
        stderr=subprocess.DEVNULL,
    )
    yield f"127.0.0.1:{port}"
    process.terminate()
    assert process.wait(60) in (0, -15)
    assert sorted(image.rglob("*")) == files, "the root is read-only"


@pytest.mark.slow
def test_image_serves(container: str) -> None:
    """The image's command serves, and its health check passes then and not before."""
    check = [word.replace("127.0.0.1:8000", container) for word in instruction("HEALTHCHECK")]
    deadline = time.monotonic() + 120
    while subprocess.run(check, stderr=subprocess.DEVNULL, check=False).returncode:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["app.install --help", "app.load demo --help"])
def test_image_installs_and_loads(image: Path, services: Any, command: str) -> None:
    """What the install container runs is in the image."""
    assert command.removesuffix(" --help") in str(services["install"]["command"])
    subprocess.run(
        [sys.executable, "-B", "-m", *command.split()],
        cwd=image,
        check=True,
        stdout=subprocess.DEVNULL,
    )
