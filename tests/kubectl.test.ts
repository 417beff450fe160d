import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type RealCluster, realCluster } from '@kubernats/testing/real-cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const DEPLOYMENT = (image: string, replicas = 2): string => `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: ${replicas}
  selector:
    matchLabels: { app: shop }
  template:
    metadata:
      labels: { app: shop }
    spec:
      containers:
        - name: web
          image: ${image}
          ports: [{ containerPort: 8080 }]
`;

describe('R1: kubectl sees nothing amiss', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await realCluster({ nodes: 2 });
  });
  afterAll(async () => {
    await cluster[Symbol.asyncDispose]();
  });

  /** What kubectl prints; anything that it says on the side is a failure. */
  async function kubectl(command: string | string[], input?: string): Promise<string> {
    const args = typeof command === 'string' ? command.split(' ') : command;
    const { code, stdout, stderr } = await cluster.kubectlEnded(args, { input });
    expect({ command: args.join(' '), code, stderr: stderr.replace(/^WARNING: version difference.*\n/, '') }).toEqual({
      command: args.join(' '),
      code: 0,
      stderr: '',
    });
    return stdout;
  }
  const refused = async (command: string, input?: string): Promise<string> => {
    const { code, stderr } = await cluster.kubectlEnded(command, { input });
    expect(code).toBe(1);
    return stderr;
  };

  test('apply creates, leaves alone, and changes', async () => {
    expect(await kubectl('apply -f -', DEPLOYMENT('example/shop:1'))).toBe('deployment.apps/shop created\n');
    expect(await kubectl('apply -f -', DEPLOYMENT('example/shop:1'))).toBe('deployment.apps/shop unchanged\n');
    expect(await kubectl('apply -f -', DEPLOYMENT('example/shop:2'))).toBe('deployment.apps/shop configured\n');
    expect(await kubectl('rollout status deployment/shop --timeout=180s')).toContain('deployment "shop" successfully rolled out');
    expect(await kubectl('diff -f -', DEPLOYMENT('example/shop:2'))).toBe('');
    expect(await kubectl('apply --dry-run=server -f -', DEPLOYMENT('example/shop:2', 9))).toBe(
      'deployment.apps/shop configured (server dry run)\n',
    );
    expect(await kubectl('get deployment shop -o jsonpath={.spec.replicas}')).toBe('2');
  });

  test('get prints tables, wide ones, YAML, JSON, names, sorted and chosen columns', async () => {
    const row = async (command: string): Promise<string[]> =>
      (await kubectl(command))
        .trim()
        .split('\n')
        .map((line) => line.replace(/\s{2,}/g, ' | '));
    expect((await row('get deployments'))[0]).toBe('NAME | READY | UP-TO-DATE | AVAILABLE | AGE');
    expect((await row('get pods -o wide'))[0]).toBe(
      'NAME | READY | STATUS | RESTARTS | AGE | IP | NODE | NOMINATED NODE | READINESS GATES',
    );
    expect((await row('get nodes -o wide'))[0]).toBe(
      'NAME | STATUS | ROLES | AGE | VERSION | INTERNAL-IP | EXTERNAL-IP | OS-IMAGE | KERNEL-VERSION | CONTAINER-RUNTIME',
    );
    expect((await row('get services'))[0]).toBe('NAME | TYPE | CLUSTER-IP | EXTERNAL-IP | PORT(S) | AGE');
    expect(await kubectl('get deployment shop -o yaml')).toContain('apiVersion: apps/v1\nkind: Deployment\n');
    expect(JSON.parse(await kubectl('get pods -o json'))).toMatchObject({ kind: 'List', apiVersion: 'v1' });
    expect(await kubectl('get deployment shop -o name')).toBe('deployment.apps/shop\n');
    expect(await kubectl('get nodes --sort-by=.metadata.name -o custom-columns=N:.metadata.name --no-headers')).toBe('node1\nnode2\n');
    expect(await kubectl('get pods -l app=shop --field-selector status.phase=Running -o name')).toMatch(/^(pod\/shop-\S+\n){2}$/);
    expect(await kubectl('get all')).toContain('replicaset.apps/shop-');
  });

  test.each([
    'deployment/shop',
    'replicaset',
    'pod',
    'node',
    'service/kubernetes',
    'namespace/default',
    'serviceaccount',
    'configmap',
    'lease/kube-scheduler -n kube-system',
    'endpointslice',
    'clusterrole/view',
    'clusterrolebinding/cluster-admin',
  ])('describe %s', async (what) => {
    expect(await kubectl(`describe ${what}`)).toMatch(/^Name:/);
  });

  test('label, annotate, patch of three kinds, scale, edit, replace', async () => {
    expect(await kubectl('label deployment shop tier=front')).toBe('deployment.apps/shop labeled\n');
    expect(await kubectl('label deployment shop tier-')).toBe('deployment.apps/shop unlabeled\n');
    expect(await kubectl('annotate deployment shop note=hello')).toBe('deployment.apps/shop annotated\n');
    const patches: [string, string][] = [
      ['strategic', '{"spec":{"template":{"spec":{"containers":[{"name":"web","env":[{"name":"A","value":"1"}]}]}}}}'],
      ['merge', '{"metadata":{"annotations":{"note":null}}}'],
      ['json', '[{"op":"add","path":"/metadata/labels","value":{"patched":"yes"}}]'],
    ];
    for (const [type, patch] of patches) {
      expect(await kubectl(['patch', 'deployment', 'shop', `--type=${type}`, '-p', patch])).toBe('deployment.apps/shop patched\n');
    }
    expect(
      await kubectl([
        'get',
        'deployment',
        'shop',
        '-o',
        'jsonpath={.metadata.annotations.note}/{.metadata.labels.patched}/{..env[0].value}',
      ]),
    ).toBe('/yes/1');
    expect(await kubectl('scale deployment shop --replicas=3')).toBe('deployment.apps/shop scaled\n');
    await kubectl('wait --for=jsonpath={.status.readyReplicas}=3 deployment/shop --timeout=180s');
    const edited = await cluster.kubectl('edit deployment shop', { env: { KUBE_EDITOR: "sed -i 's/replicas: 3/replicas: 1/'" } });
    expect(edited).toBe('deployment.apps/shop edited\n');
    expect(await kubectl('get deployment shop -o jsonpath={.spec.replicas}')).toBe('1');
    const yaml = (await kubectl('get deployment shop -o yaml')).replace('replicas: 1', 'replicas: 2');
    expect(await kubectl('replace -f -', yaml)).toBe('deployment.apps/shop replaced\n');
  });

  test('rollout: status, history, restart, undo; set image', async () => {
    await kubectl('set image deployment/shop web=example/shop:9');
    await kubectl('rollout status deployment/shop --timeout=180s');
    expect(await kubectl('rollout history deployment/shop')).toMatch(/^deployment.apps\/shop \nREVISION {2}CHANGE-CAUSE\n/);
    expect(await kubectl('rollout undo deployment/shop')).toBe('deployment.apps/shop rolled back\n');
    await kubectl('rollout status deployment/shop --timeout=180s');
    expect(await kubectl('get deployment shop -o jsonpath={..image}')).toBe('example/shop:2');
    expect(await kubectl('rollout restart deployment/shop')).toBe('deployment.apps/shop restarted\n');
    await kubectl('rollout status deployment/shop --timeout=180s');
  });

  test('P4: a script runs in busybox, its log is read and followed to its end', async () => {
    const script = 'for i in 1 2 3; do echo line $i; sleep 0.2; done; echo done';
    expect(await kubectl(['run', 'script', '--image=busybox', '--restart=Never', '--', 'sh', '-c', script])).toBe('pod/script created\n');
    await kubectl('wait --for=jsonpath={.status.containerStatuses[0].containerID} pod/script --timeout=180s');
    expect(await kubectl('logs -f script --pod-running-timeout=180s')).toBe('line 1\nline 2\nline 3\ndone\n');
    await kubectl('wait --for=jsonpath={.status.phase}=Succeeded pod/script --timeout=180s');
    expect(await kubectl('logs script --tail=1')).toBe('done\n');
    expect(await kubectl('get pod script --no-headers')).toMatch(/^script +0\/1 +Completed +0 /);
    expect(await kubectl('events --for pod/script')).toContain('Successfully assigned default/script to node');
  });

  test('get -w shows each change as it comes', async () => {
    const env = { ...process.env, HOME: cluster.home, KUBECONFIG: cluster.kubeconfig };
    const watching = spawn('kubectl', ['get', 'configmap', '-w', '--output-watch-events', '--field-selector=metadata.name=seen'], { env });
    let out = '';
    watching.stdout.on('data', (chunk) => (out += String(chunk)));
    const until = async (text: string): Promise<void> => {
      while (!out.includes(text)) await once(watching.stdout, 'data');
    };
    await kubectl('create configmap other --from-literal=a=b');
    await kubectl('create configmap seen --from-literal=a=b');
    await until('ADDED      seen');
    await kubectl('label configmap seen x=y');
    await until('MODIFIED   seen');
    await kubectl('delete configmap seen');
    await until('DELETED    seen');
    watching.kill();
    expect(out).not.toContain('other');
  });

  test('create of what people create first', async () => {
    const cases = [
      'namespace team',
      'deployment api --image=example/api -n team',
      'configmap settings --from-literal=a=b -n team',
      'secret generic password --from-literal=a=b -n team',
      'serviceaccount robot -n team',
      'role reader --verb=get,list --resource=pods -n team',
      'rolebinding reader --role=reader --serviceaccount=team:robot -n team',
      'service clusterip api --tcp=80:8080 -n team',
    ];
    for (const each of cases) expect(await kubectl(`create ${each}`)).toMatch(/ created\n$/);
    expect(await kubectl('auth can-i list pods -n team --as=system:serviceaccount:team:robot')).toBe('yes\n');
    expect((await cluster.kubectlEnded('auth can-i delete pods -n team --as=system:serviceaccount:team:robot')).stdout).toBe('no\n');
    expect(await kubectl('expose deployment api --port=8080 --name=api2 -n team')).toBe('service/api2 exposed\n');
    expect(await kubectl('create token robot -n team')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test('a namespace goes to its last object', async () => {
    await kubectl('delete namespace team --timeout=180s');
    expect(await refused('get namespace team')).toBe('Error from server (NotFound): namespaces "team" not found\n');
    expect(await cluster.kubectl('get pods,services,configmaps,secrets,serviceaccounts,roles -n team -o name')).toBe('');
  });

  test('api-resources, api-versions, explain, version, cluster-info', async () => {
    expect(await kubectl('api-resources --no-headers -o name')).toContain('deployments.apps\n');
    expect(await kubectl('api-versions')).toContain('apps/v1\n');
    expect(await kubectl('explain deployment.spec.replicas')).toMatch(/FIELD: replicas <integer>/);
    expect(await kubectl('version')).toContain('Server Version: v1.36');
    expect(await kubectl('cluster-info')).toContain('is running at');
  });

  test('apply --server-side: after client-side apply, beside the others that change objects, with conflicts', async () => {
    const manifest = (image: string): string => DEPLOYMENT(image, 0).replaceAll('shop', 'stall');
    const owners = async (): Promise<string> => {
      const { metadata } = JSON.parse(await kubectl('get deployment stall -o json --show-managed-fields'));
      const entries = metadata.managedFields as { manager: string; operation: string; subresource?: string; fieldsV1: object }[];
      const people = entries.filter(({ manager }) => manager.startsWith('kubectl') && manager !== 'kubectl-last-applied');
      return people.map(({ manager, operation, subresource }) => [manager, operation, subresource].filter(Boolean).join(' ')).join(', ');
    };
    await kubectl('apply -f -', manifest('example/stall:1').replace('name: stall\n', 'name: stall\n  labels: { old: x }\n'));
    expect(await owners()).toBe('kubectl-client-side-apply Update');
    // Taken over without a conflict; what is not said any more goes.
    expect(await kubectl('apply --server-side -f -', manifest('example/stall:2'))).toBe('deployment.apps/stall serverside-applied\n');
    expect(await owners()).toBe('kubectl Apply');
    expect(await kubectl('get deployment stall -o jsonpath={.metadata.labels}/{..image}')).toBe('/example/stall:2');
    expect(await kubectl('apply view-last-applied deployment/stall')).toContain('image: example/stall:2');
    const version = await kubectl('get deployment stall -o jsonpath={.metadata.generation}');
    await kubectl('apply --server-side -f -', manifest('example/stall:2'));
    expect(await kubectl('get deployment stall -o jsonpath={.metadata.generation}')).toBe(version);
    expect(await kubectl('diff --server-side -f -', manifest('example/stall:2'))).toBe('');

    await kubectl('set image deployment/stall web=example/stall:3');
    const refusal = await refused('apply --server-side -f -', manifest('example/stall:2'));
    expect(refusal).toMatch(
      /^error: Apply failed with 1 conflict: conflict with "kubectl-set" using apps\/v1: \.spec\.template\.spec\.containers\[name="web"\]\.image\nPlease review the fields above--they currently have other managers\./,
    );
    expect(await refused('apply --server-side --field-manager=robot -f -', manifest('example/stall:4'))).toContain(
      'conflict with "kubectl-set"',
    );
    await kubectl('apply --server-side --force-conflicts -f -', manifest('example/stall:2'));
    expect(await owners()).toBe('kubectl Apply');
    expect(await refused('apply --server-side --validate=false -f -', manifest('x').replace('spec:', 'odd: 1\nspec:'))).toBe(
      'Error from server (BadRequest): failed to create typed patch object (default/stall; apps/v1, Kind=Deployment): .odd: field not declared in schema\n',
    );
    await kubectl('delete deployment stall --wait=false');
  });

  test('apply --prune takes away what the manifests do not name any more', async () => {
    const map = (name: string): string =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, labels: { set: pruned } }\ndata: { a: b }\n`;
    const apply = 'apply --prune -l set=pruned --prune-allowlist=core/v1/ConfigMap -f -';
    expect(await kubectl(apply, `${map('first')}---\n${map('second')}`)).toBe('configmap/first created\nconfigmap/second created\n');
    expect(await kubectl(apply, map('second'))).toBe('configmap/second unchanged\nconfigmap/first pruned\n');
  });

  test('what is wrong is refused in Kubernetes’ words', async () => {
    const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: { name: wrong }\nspec: ${spec}\n`;
    expect(await refused('create -f -', pod('{ containers: [] }'))).toBe('The Pod "wrong" is invalid: spec.containers: Required value\n');
    expect(await refused('create -f -', pod('{ containers: [{ name: a, image: x, port: 80 }] }'))).toContain(
      'unknown field "spec.containers[0].port"',
    );
    expect(await refused('create -f -', 'apiVersion: v2\nkind: Pod\nmetadata: { name: wrong }\n')).toContain(
      'no matches for kind "Pod" in version "v2"',
    );
    expect(await refused('create -f -', 'a: b: c\n')).toContain('error');
    expect(await refused('get pods nothing')).toBe('Error from server (NotFound): pods "nothing" not found\n');
    expect(await refused('get unicorns')).toBe('error: the server doesn\'t have a resource type "unicorns"\n');
    expect(await refused('create configmap settings --from-literal=a=b -n nowhere')).toBe(
      'error: failed to create configmap: namespaces "nowhere" not found\n',
    );
  });

  test('delete takes the Deployment and, after it, all that it made', async () => {
    // Newer ones say the namespace as well.
    expect(await kubectl('delete deployment shop')).toMatch(/^deployment\.apps "shop" deleted( from default namespace)?\n$/);
    await kubectl('wait --for=delete pod -l app=shop --timeout=180s');
    await kubectl('wait --for=delete replicaset -l app=shop --timeout=180s');
  });
});
