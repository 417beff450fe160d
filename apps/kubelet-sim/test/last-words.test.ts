// What the kubelet puts into containers of its own: the file for their last word, and their /etc/hosts.
import type { Container, Pod, PodSpec } from '@kubernats/api';
import { afterEach, describe, expect, it } from 'vitest';
import { KubeletFixture } from './kubelet.fixture.ts';

let fixture: KubeletFixture;
afterEach(() => fixture.stop());

/** Runs a script to its end; the Pod then. */
async function run(script: string, part: Partial<Container> = {}, spec: Partial<PodSpec> = {}): Promise<Pod> {
  fixture = new KubeletFixture();
  await fixture.start();
  const main = { name: 'main', image: 'busybox', command: ['sh', '-c', script], ...part };
  fixture.bind('web', { restartPolicy: 'Never', containers: [main], ...spec });
  return fixture.ends('web');
}

/** The message of the container `main`. */
async function lastWord(script: string, part: Partial<Container> = {}): Promise<string | undefined> {
  const { status } = await run(script, part);
  return status?.containerStatuses?.[0]?.state?.terminated?.message;
}

describe('the last word of a container', () => {
  it('is what it wrote into its file', async () => {
    expect(await lastWord('echo ok > /dev/termination-log')).toBe('ok\n');
  });

  it('wherever the file is', async () => {
    expect(await lastWord('printf bye > /tmp/last; exit 1', { terminationMessagePath: '/tmp/last' })).toBe('bye');
  });

  it('is nothing when it wrote nothing', async () => {
    expect(await lastWord('echo hello; exit 1')).toBeUndefined();
  });

  it('is the end of the file when that is long', async () => {
    const message = await lastWord('i=0; while [ $i -lt 1000 ]; do printf "%05d" $i >> /dev/termination-log; i=$((i+1)); done; exit 1');
    expect([message?.length, message?.slice(-10)]).toEqual([4096, '0099800999']);
  });

  it('is the end of the log when it failed and wrote nothing, if it so wishes', async () => {
    const policy = { terminationMessagePolicy: 'FallbackToLogsOnError' };
    const script = 'i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i+1)); done';
    const lines = (await lastWord(`${script}; exit 1`, policy))?.split('\n');
    expect([lines?.[0], lines?.length, lines?.at(-2)]).toEqual(['line 20', 81, 'line 99']);
    await fixture.stop();
    expect(await lastWord('echo error; echo own > /dev/termination-log; exit 1', policy)).toBe('own\n');
    await fixture.stop();
    expect(await lastWord('echo fine', policy)).toBeUndefined();
  });

  it('of all containers together 12 KiB', async () => {
    const script = 'i=0; while [ $i -lt 400 ]; do printf "%010d" $i >> /dev/termination-log; i=$((i+1)); done; exit 1';
    const containers = ['a', 'b', 'c', 'd'].map((name) => ({ name, image: 'busybox', command: ['sh', '-c', script] }));
    const { status } = await run('', {}, { containers });
    const lengths = status?.containerStatuses?.map(({ state }) => state?.terminated?.message?.length);
    expect(lengths).toEqual([3072, 3072, 3072, 3072]);
  });

  it('is of this run: a restarted container begins anew', async () => {
    const script = 'if [ -f /data/x ]; then exit 0; fi; touch /data/x; echo first > /dev/termination-log; exit 1';
    const { status } = await run(
      script,
      { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      { restartPolicy: 'OnFailure', volumes: [{ name: 'data', emptyDir: {} }] },
    );
    expect(status?.containerStatuses?.[0]).toMatchObject({
      lastState: { terminated: { message: 'first\n', exitCode: 1 } },
      state: { terminated: { exitCode: 0 } },
    });
    expect(status?.containerStatuses?.[0]?.state?.terminated?.message).toBeUndefined();
  });
});

describe('/etc/hosts', () => {
  const hosts = async (spec: Partial<PodSpec> = {}, part: Partial<Container> = {}): Promise<string | undefined> => {
    const { status } = await run('cat /etc/hosts > /dev/termination-log', part, spec);
    return status?.containerStatuses?.[0]?.state?.terminated?.message;
  };
  const LOCAL = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
    '',
  ].join('\n');

  it('names the Pod', async () => {
    expect(await hosts()).toBe(`${LOCAL}10.244.0.2\tweb\n`);
  });

  it('has the full name of a Pod with a subdomain, and the aliases', async () => {
    const hostAliases = [
      { ip: '10.1.2.3', hostnames: ['db', 'db.example.com'] },
      { ip: '10.1.2.4', hostnames: ['cache'] },
    ];
    expect(await hosts({ hostname: 'one', subdomain: 'set', hostAliases })).toBe(
      `${LOCAL}10.244.0.2\tone.set.default.svc.cluster.local\tone\n\n# Entries added by HostAliases.\n10.1.2.3\tdb\tdb.example.com\n10.1.2.4\tcache\n`,
    );
  });

  it('is the file of the node on the network of the node', async () => {
    expect(await hosts({ hostNetwork: true, hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }] })).toBe(
      '# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n172.30.0.1\tnode1\n\n# Entries added by HostAliases.\n10.1.2.3\tdb\n',
    );
    expect(fixture.pod('web')?.status).toMatchObject({ podIP: '172.30.0.1', hostIP: '172.30.0.1' });
  });

  it('is left to a container that mounts its own', async () => {
    fixture = new KubeletFixture();
    const data = { hosts: '10.9.9.9 own\n' };
    fixture.api.put('configmaps', { metadata: { name: 'own', namespace: 'default' }, ...{ data } });
    await fixture.start();
    fixture.bind('web', {
      restartPolicy: 'Never',
      volumes: [{ name: 'own', configMap: { name: 'own' } }],
      containers: [
        {
          name: 'main',
          image: 'busybox',
          command: ['sh', '-c', 'cat /etc/hosts > /dev/termination-log'],
          volumeMounts: [{ name: 'own', mountPath: '/etc/hosts', subPath: 'hosts' }],
        },
      ],
    });
    expect((await fixture.ends('web')).status?.containerStatuses?.[0]?.state?.terminated?.message).toBe('10.9.9.9 own\n');
  });

  it('resolves for programs that do not read it', async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    fixture.bind('web');
    const web = await fixture.runs('web');
    fixture.bind('client', {
      restartPolicy: 'Never',
      hostAliases: [{ ip: web.status?.podIP ?? '', hostnames: ['shop'] }],
      containers: [
        { name: 'main', image: 'busybox', command: ['sh', '-c', 'curl -s http://shop:8000/ | head -n 1 > /dev/termination-log'] },
      ],
    });
    const client = await fixture.ends('client');
    expect(client.status?.containerStatuses?.[0]?.state?.terminated?.message).toBe('pod: web\n');
  });

  it.each([
    ['its name', {}, 'web'],
    ['another name', { hostname: 'one' }, 'one'],
    ['a full name where asked for', { hostname: 'one', subdomain: 'set', setHostnameAsFQDN: true }, 'one.set.default.svc.cluster.local'],
    ['a name over all others', { hostname: 'one', subdomain: 'set', hostnameOverride: 'x.example' }, 'x.example'],
    ["the node's on its network", { hostNetwork: true }, 'node1'],
  ])('a Pod calls itself by %s', async (_what, spec, name) => {
    const { status } = await run('echo $HOSTNAME > /dev/termination-log', {}, spec);
    expect(status?.containerStatuses?.[0]?.state?.terminated?.message).toBe(`${name}\n`);
  });

  it('a name that no kernel takes keeps the Pod from its sandbox', async () => {
    fixture = new KubeletFixture();
    await fixture.start();
    fixture.bind('web', { hostname: 'a'.repeat(60), subdomain: 'set', setHostnameAsFQDN: true });
    await fixture.until(() => fixture.events().length > 0);
    expect(fixture.events()[0]).toMatch(
      /^FailedCreatePodSandBox: Failed to create pod sandbox: Failed to construct FQDN from Pod hostname and cluster domain, FQDN a{60}\.set\.default\.svc\.cluster\.local is too long \(64 is the max, 90 characters needed\)$/,
    );
  });
});
