"""What people do with Python's client. Each scenario is a function: `scenarios.py KUBECONFIG NAMESPACE NAME` runs the one of that name."""
import json
import sys

from kubernetes import client, config, utils, watch
from kubernetes.client.rest import ApiException
from kubernetes.stream import portforward, stream

FOREVER = ["sh", "-c", "while true; do sleep 1000; done"]


def config_map(name, data=None, labels=None):
    body = {"metadata": {"name": name, "labels": labels or {}}, "data": data or {"a": "b"}}
    return core.create_namespaced_config_map(namespace, body)


def pod(name, **container):
    """A Pod that is Running."""
    spec = {"terminationGracePeriodSeconds": 0, "containers": [{"name": "main", "image": "busybox", **container}]}
    core.create_namespaced_pod(namespace, {"metadata": {"name": name}, "spec": spec})
    watching = watch.Watch()
    for event in watching.stream(core.list_namespaced_pod, namespace, field_selector=f"metadata.name={name}"):
        if event["object"].status.phase == "Running":
            watching.stop()


def crud():
    config_map("one", labels={"set": "crud"})
    read = core.read_namespaced_config_map("one", namespace)
    assert read.metadata.creation_timestamp.tzinfo is not None
    stale = core.read_namespaced_config_map("one", namespace)
    read.data = {"a": "c"}
    core.replace_namespaced_config_map("one", namespace, read)
    listed = core.list_namespaced_config_map(namespace, label_selector="set=crud")
    assert [item.data for item in listed.items] == [{"a": "c"}]
    assert refused(lambda: core.replace_namespaced_config_map("one", namespace, stale)) == (409, "Conflict")
    core.delete_namespaced_config_map("one", namespace)
    assert refused(lambda: core.read_namespaced_config_map("one", namespace)) == (404, "NotFound")


def pages():
    for name in ("p1", "p2", "p3"):
        config_map(name, labels={"set": "pages"})
    names, token = [], None
    while True:
        page = core.list_namespaced_config_map(namespace, label_selector="set=pages", limit=2, _continue=token)
        names += [item.metadata.name for item in page.items]
        token = page.metadata._continue
        if not token:
            break
    assert names == ["p1", "p2", "p3"], names


def patch():
    config_map("patched", {"a": "b", "c": "d"})
    # A dictionary goes as a strategic merge patch, a list as a JSON patch.
    merged = core.patch_namespaced_config_map("patched", namespace, {"data": {"a": "merged", "c": None}})
    assert merged.data == {"a": "merged"}, merged.data
    changed = core.patch_namespaced_config_map("patched", namespace, [{"op": "add", "path": "/data/e", "value": "f"}])
    assert changed.data == {"a": "merged", "e": "f"}, changed.data


def watched():
    version = core.list_namespaced_config_map(namespace).metadata.resource_version
    config_map("watched", labels={"set": "watched"})
    core.delete_namespaced_config_map("watched", namespace)
    seen, watching = [], watch.Watch()
    for event in watching.stream(
        core.list_namespaced_config_map, namespace, label_selector="set=watched", resource_version=version
    ):
        seen.append((event["type"], event["object"].metadata.name))
        if event["type"] == "DELETED":
            watching.stop()
    assert seen == [("ADDED", "watched"), ("DELETED", "watched")], seen


def watch_ends():
    """A watch ends when its time is up, and goes on where it was."""
    config_map("timed", labels={"set": "timed"})
    watching = watch.Watch()
    events = list(watching.stream(core.list_namespaced_config_map, namespace, label_selector="set=timed", timeout_seconds=1))
    assert [event["object"].metadata.name for event in events] == ["timed"]


def deployment():
    apps = client.AppsV1Api()
    labels = {"app": "deployed"}
    body = client.V1Deployment(
        metadata=client.V1ObjectMeta(name="deployed"),
        spec=client.V1DeploymentSpec(
            replicas=1,
            selector=client.V1LabelSelector(match_labels=labels),
            template=client.V1PodTemplateSpec(
                metadata=client.V1ObjectMeta(labels=labels),
                spec=client.V1PodSpec(containers=[client.V1Container(name="web", image="example/shop:1")]),
            ),
        ),
    )
    apps.create_namespaced_deployment(namespace, body)
    apps.patch_namespaced_deployment_scale("deployed", namespace, {"spec": {"replicas": 2}})
    watching = watch.Watch()
    for event in watching.stream(apps.list_namespaced_deployment, namespace, field_selector="metadata.name=deployed"):
        if event["object"].status.ready_replicas == 2:
            watching.stop()
    options = client.V1DeleteOptions(propagation_policy="Foreground")
    apps.delete_namespaced_deployment("deployed", namespace, body=options)


def execute():
    pod("shell", command=FOREVER)
    said = stream(
        core.connect_get_namespaced_pod_exec, "shell", namespace, command=["echo", "hello"], stdout=True, stderr=True
    )
    assert said == "hello\n", said
    talk = stream(
        core.connect_get_namespaced_pod_exec,
        "shell",
        namespace,
        command=["sh", "-c", "read line; echo got $line; echo oops >&2; exit 3"],
        stdin=True,
        stdout=True,
        stderr=True,
        _preload_content=False,
    )
    talk.write_stdin("it\n")
    talk.run_forever()
    assert talk.read_stdout() == "got it\n"
    assert talk.read_stderr() == "oops\n"
    assert talk.returncode == 3, talk.returncode


def logs():
    pod("talker", command=["sh", "-c", "echo one; echo two; sleep 1000"])
    following = core.read_namespaced_pod_log("talker", namespace, follow=True, _preload_content=False)
    lines = [following.readline(), following.readline()]
    following.close()
    assert lines == [b"one\n", b"two\n"], lines
    assert core.read_namespaced_pod_log("talker", namespace, tail_lines=1) == "two\n"


def attach():
    pod("listener", command=["sh", "-c", 'while read line; do echo "heard $line"; done'], stdin=True)
    talk = stream(
        core.connect_get_namespaced_pod_attach, "listener", namespace, stdin=True, stdout=True, _preload_content=False
    )
    talk.write_stdin("me\n")
    assert talk.readline_stdout(timeout=60) == "heard me"
    talk.close()


def forward():
    pod("web", image="nginxinc/nginx-unprivileged", ports=[{"containerPort": 8080}])
    forwarded = portforward(core.connect_get_namespaced_pod_portforward, "web", namespace, ports="8080")
    http = forwarded.socket(8080)
    http.setblocking(True)
    http.sendall(b"GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n")
    answer = b""
    while b"</html>" not in answer:
        chunk = http.recv(4096)
        assert chunk, answer
        answer += chunk
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer
    http.close()
    assert forwarded.error(8080) is None


def from_yaml():
    objects = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "from-yaml"}, "data": {"a": "b"}},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "from-yaml"}, "spec": {"ports": [{"port": 8080}]}},
    ]
    for each in objects:
        utils.create_from_dict(client.ApiClient(), each, namespace=namespace)
    assert core.read_namespaced_service("from-yaml", namespace).spec.cluster_ip


def dynamically():
    from kubernetes.dynamic import DynamicClient

    api = DynamicClient(client.ApiClient()).resources.get(api_version="apps/v1", kind="Deployment")
    assert api.get(namespace=namespace).kind == "DeploymentList"


def reviews():
    review = client.AuthorizationV1Api().create_self_subject_access_review(
        {"spec": {"resourceAttributes": {"verb": "delete", "resource": "nodes"}}}
    )
    assert review.status.allowed is True
    assert client.VersionApi().get_code().major == "1"


def refused(call):
    try:
        call()
    except ApiException as error:
        return error.status, json.loads(error.body)["reason"]
    raise AssertionError("it was not refused")


kubeconfig, namespace, scenario = sys.argv[1:]
config.load_kube_config(kubeconfig)
core = client.CoreV1Api()
globals()[scenario]()
