import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Kubectl } from '../support/kubectl.ts';
import type { Scenario } from '../support/trial.ts';
import { FOREVER, shell } from './manifests.ts';

async function started(kubectl: Kubectl, name: string, script = FOREVER, more = ''): Promise<void> {
  await kubectl.ok('create -f -', { input: shell(name, script, more) });
  await kubectl.ok(`wait --for=condition=Ready pod/${name} --timeout=180s`);
}

const web = (name: string): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec:
  terminationGracePeriodSeconds: 0
  containers: [{ name: web, image: nginxinc/nginx-unprivileged, ports: [{ containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 9000, targetPort: 8080 }] }
`;

export const containers: Scenario<Kubectl>[] = [
  {
    name: 'logs, -f, --tail, --timestamps, -c, -l, --previous',
    async run(kubectl) {
      await started(kubectl, 'speaker', 'for i in 1 2 3; do echo line $i; done; until [ -e /tmp/go ]; do sleep 0.1; done; echo over');
      await using following = kubectl.start('logs -f speaker');
      await following.until('line 3\n');
      expect(await kubectl.ok('logs speaker --tail=1')).toBe('line 3\n');
      expect(await kubectl.ok('logs speaker --timestamps --tail=1')).toMatch(/^\d{4}-\d\d-\d\dT\S+Z line 3\n$/);
      expect(await kubectl.ok('logs -l app=speaker --prefix --all-containers --tail=1')).toBe('[pod/speaker/main] line 3\n');
      await kubectl.ok('exec speaker -- touch /tmp/go');
      expect(await following.ends()).toBe(0);
      expect(following.said).toBe('line 1\nline 2\nline 3\nover\n');
      expect(await kubectl.refused('logs speaker -c other')).toContain('container other is not valid for pod speaker');
      expect(await kubectl.refused('logs speaker --previous')).toContain('previous terminated container "main" in pod "speaker" not found');
    },
  },
  {
    name: 'exec: output, input, exit code',
    async run(kubectl) {
      await started(kubectl, 'shell');
      expect(await kubectl.ok('exec shell -- echo hello')).toBe('hello\n');
      expect(await kubectl.ok('exec -i shell -- cat', { input: 'one\ntwo\n' })).toBe('one\ntwo\n');
      expect(await kubectl.ended(['exec', 'shell', '-c', 'main', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({
        code: 7,
        stdout: 'out\n',
        stderr: 'err\ncommand terminated with exit code 7\n',
      });
      const large = 'x'.repeat(300_000);
      expect(await kubectl.ok('exec -i shell -- cat', { input: large })).toBe(large);
      expect(await kubectl.ok('exec pod/shell -- hostname')).toBe('shell\n');
    },
  },
  {
    name: 'cp to and from a container',
    async run(kubectl) {
      await started(kubectl, 'copied');
      const [there, back] = [join(kubectl.home, 'there'), join(kubectl.home, 'back')];
      writeFileSync(there, 'a file\n');
      await kubectl.ok(`cp ${there} copied:/tmp/file`);
      expect(await kubectl.ok('exec copied -- cat /tmp/file')).toBe('a file\n');
      await kubectl.ended(`cp copied:/tmp/file ${back}`);
      expect(readFileSync(back, 'utf8')).toBe('a file\n');
    },
  },
  {
    name: 'attach',
    async run(kubectl) {
      await started(kubectl, 'listener', 'while read line; do echo "heard $line"; done; echo over', ', stdin: true');
      await using attached = kubectl.start('attach -i listener', { input: 'me\n' });
      await attached.until('heard me\n');
    },
  },
  {
    name: 'run --rm -i',
    async run(kubectl) {
      const { stdout, code } = await kubectl.ended(
        ['run', 'brief', '--rm', '-i', '--image=busybox', '--restart=Never', '--', 'sh', '-c', 'read a; echo got $a'],
        {
          input: 'it\n',
        },
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(/^got it\n(pod "brief" deleted.*\n)?$/);
      expect(await kubectl.ok('get pod brief --ignore-not-found')).toBe('');
    },
  },
  {
    name: 'port-forward to a Pod and to a Service',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: web('forwarded') });
      await kubectl.ok('wait --for=condition=Ready pod/forwarded --timeout=180s');
      for (const [what, port] of [
        ['pod/forwarded', 8080],
        ['service/forwarded', 9000],
      ]) {
        await using forwarding = kubectl.start(`port-forward ${what} :${port}`);
        const [, local] = await forwarding.until(/Forwarding from 127\.0\.0\.1:(\d+) -> 8080/);
        expect(await (await fetch(`http://127.0.0.1:${local}/`)).text()).toContain('nginx');
        expect((await fetch(`http://127.0.0.1:${local}/`)).status).toBe(200);
      }
    },
  },
  {
    name: 'proxy: the API, Services and Pods behind it',
    async run(kubectl) {
      await kubectl.ok('create -f -', { input: web('proxied') });
      await kubectl.ok('wait --for=condition=Ready pod/proxied --timeout=180s');
      await using proxy = kubectl.start('proxy --port=0');
      const [, port] = await proxy.until(/Starting to serve on 127\.0\.0\.1:(\d+)/);
      const api = `http://127.0.0.1:${port}/api/v1/namespaces/${kubectl.namespace}`;
      expect(await (await fetch(`${api}/pods/proxied`)).json()).toMatchObject({ kind: 'Pod' });
      expect(await (await fetch(`${api}/pods/proxied:8080/proxy/`)).text()).toContain('nginx');
    },
  },
  {
    name: 'debug: an ephemeral container',
    since: '1.25',
    async run(kubectl) {
      await started(kubectl, 'examined');
      const { stdout, stderr, code } = await kubectl.ended(
        ['debug', 'examined', '-i', '--image=busybox', '-c', 'looker', '--profile=general', '--', 'sh', '-c', 'read a; echo seen $a'],
        { input: 'it\n' },
      );
      expect({ code, stdout, stderr: code === 0 ? '' : stderr }).toEqual({
        code: 0,
        stdout: expect.stringContaining('seen it\n'),
        stderr: '',
      });
      expect(await kubectl.value('pod examined', '.spec.ephemeralContainers[*].name')).toBe('looker');
    },
  },
  {
    name: 'top',
    async run(kubectl) {
      await started(kubectl, 'measured');
      expect(await kubectl.ok('top node')).toMatch(
        /^NAME +CPU\(cores\) +CPU(%|\(%\)) +MEMORY\(bytes\) +MEMORY(%|\(%\)) *\nnode1 +\d+m +\d+% +\d+Mi +\d+% *\n/,
      );
      expect(await kubectl.ok('top pod measured --containers')).toMatch(
        /^POD +NAME +CPU\(cores\) +MEMORY\(bytes\) *\nmeasured +main +\d+m +\d+Mi *\n/,
      );
    },
  },
];
