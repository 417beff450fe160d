import type { Container, CoreEvent, Pod } from '@kubernats/api';
import { SteppedClock } from '@kubernats/clock';
import type { Image } from '@kubernats/containers';
import { serveGrpcHealth } from '@kubernats/containers/grpc-health';
import { serveHttp } from '@kubernats/containers/image';
import { afterEach, describe, expect, it } from 'vitest';
import { KubeletFixture } from './kubelet.fixture.ts';

let fixture: KubeletFixture;
afterEach(async () => {
  await fixture.stop();
  expect(fixture.network.listening).toEqual([]);
});

/** A server whose health the test decides: its HTTP status, and whether gRPC says that it serves. */
const health = { status: 200, serving: true, stopped: [] as string[], heedsSigterm: true };
const server: Image = {
  names: ['test/server'],
  async run(context) {
    await serveHttp(context, 8080, (request, response) => {
      if (request.url === '/stop') health.stopped.push('told to stop');
      response.writeHead(health.status).end();
    });
    await serveGrpcHealth(context.network, 9000, () => (health.serving ? 'SERVING' : 'NOT_SERVING'));
    return new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGQUIT'] as const) {
        context.onSignal(signal, () => {
          health.stopped.push(signal);
          if (health.heedsSigterm) resolve(0);
        });
      }
    });
  },
};

/** Time moves on in small steps while something is waited for: what is under way comes to its end before its time-out. */
class SteppedFixture extends KubeletFixture {
  readonly stepped: SteppedClock;

  constructor(clock = new SteppedClock()) {
    super({ clock, images: [server] });
    this.stepped = clock;
  }

  override async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await this.stepped.advance(20);
    }
  }
}

/** `real`: for what runs in a shell, which takes its time to load. */
async function start(time: 'stepped' | 'real' = 'stepped'): Promise<void> {
  Object.assign(health, { status: 200, serving: true, stopped: [], heedsSigterm: true });
  fixture = time === 'stepped' ? new SteppedFixture() : new KubeletFixture({ images: [server] });
  await fixture.start();
}

const http = { httpGet: { port: 8080, path: '/healthz', scheme: 'HTTP' } };
const served = (part: Partial<Container> = {}): Container[] => [{ name: 'main', image: 'test/server', ...part }];
const sh = (script: string, part: Partial<Container> = {}): Container[] => [
  { name: 'main', image: 'busybox', command: ['sh', '-c', script], ...part },
];

const main = (pod: Pod) => pod.status?.containerStatuses?.[0];
const isReady = (pod: Pod): boolean => main(pod)?.ready === true;

/** The counts of the events with this reason, by message. */
function counted(reason: string): [string | undefined, number | undefined][] {
  return fixture.api
    .list<CoreEvent>('events')
    .filter((event) => event.reason === reason)
    .map(({ message, count }) => [message, count]);
}

const eventual = (text: string): Promise<boolean> => fixture.until(() => fixture.events().includes(text));

describe('a readiness probe', () => {
  it('decides whether the Pod is ready, and its status is written only when that changes', async () => {
    await start();
    health.status = 503;
    fixture.bind('web', { containers: served({ readinessProbe: { ...http, periodSeconds: 1, failureThreshold: 1 } }) });
    await eventual('Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503');
    const unready = await fixture.podThat('web', (pod) => main(pod)?.started === true);
    expect(main(unready)).toMatchObject({ ready: false, started: true, state: { running: {} } });
    health.status = 200;
    await fixture.podThat('web', isReady);
    fixture.api.requests.length = 0;
    health.status = 500;
    await fixture.podThat('web', (pod) => !isReady(pod));
    const writes = fixture.api.requests.filter((request) => request === 'patch pods/status web');
    expect(writes).toHaveLength(1);
  });

  it('goes on while the Pod is being stopped', async () => {
    await start();
    health.heedsSigterm = false;
    fixture.bind('web', { containers: served({ readinessProbe: { ...http, periodSeconds: 1, failureThreshold: 1 } }) });
    await fixture.podThat('web', isReady);
    fixture.api.deletePod('web', 30);
    await fixture.until(() => health.stopped.includes('SIGTERM'));
    health.status = 500;
    await fixture.podThat('web', (pod) => !isReady(pod));
    fixture.api.deletePod('web', 0);
    await fixture.until(() => fixture.network.listening.length === 0);
  });
});

describe('a liveness probe', () => {
  it('kills the container, which is started again', async () => {
    await start();
    fixture.bind('web', { containers: served({ livenessProbe: { ...http, periodSeconds: 1, failureThreshold: 1 } }) });
    await fixture.runs('web');
    health.status = 500;
    await eventual('Killing: Container main failed liveness probe, will be restarted');
    health.status = 200;
    const pod = await fixture.podThat('web', (one) => main(one)?.restartCount === 1 && isReady(one));
    expect(main(pod)?.lastState?.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
    expect(counted('Unhealthy')).toEqual([['Liveness probe failed: HTTP probe failed with statuscode: 500', 1]]);
    expect(fixture.events()).not.toContain('Killing: Stopping container main');
  });

  it('kills with SIGKILL what does not stop in the grace period of the probe', async () => {
    await start();
    health.heedsSigterm = false;
    const livenessProbe = { ...http, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 1 };
    fixture.bind('web', { containers: served({ livenessProbe }) });
    await fixture.runs('web');
    health.status = 500;
    const pod = await fixture.podThat('web', (one) => main(one)?.restartCount === 1);
    expect(main(pod)?.lastState?.terminated).toMatchObject({ exitCode: 137, reason: 'Error' });
  });

  it('starts a container again that ends well when it is killed, whatever its policy says of such an end', async () => {
    await start();
    const livenessProbe = { ...http, periodSeconds: 1, failureThreshold: 1 };
    fixture.bind('web', { restartPolicy: 'OnFailure', containers: served({ livenessProbe }) });
    await fixture.runs('web');
    health.status = 500;
    await fixture.podThat('web', (one) => main(one)?.restartCount === 1);
  });

  it('with restartPolicy Never ends the Pod', async () => {
    await start();
    health.heedsSigterm = false;
    const livenessProbe = { ...http, periodSeconds: 1, failureThreshold: 1, terminationGracePeriodSeconds: 1 };
    fixture.bind('web', { restartPolicy: 'Never', containers: served({ livenessProbe }) });
    await fixture.runs('web');
    health.status = 500;
    expect((await fixture.ends('web')).status?.phase).toBe('Failed');
    await eventual('Killing: Container main failed liveness probe');
  });
});

describe('a startup probe', () => {
  it('holds the others back', async () => {
    await start();
    health.status = 500;
    const probe = { ...http, periodSeconds: 1 };
    fixture.bind('web', {
      containers: served({ startupProbe: { ...probe, failureThreshold: 30 }, livenessProbe: probe, readinessProbe: probe }),
    });
    await eventual('Unhealthy: Startup probe failed: HTTP probe failed with statuscode: 500');
    expect(fixture.pod('web')).toSatisfy((pod: Pod) => main(pod)?.started === false);
    health.status = 200;
    await fixture.runs('web');
    expect(counted('Unhealthy').map(([message]) => message)).toEqual(['Startup probe failed: HTTP probe failed with statuscode: 500']);
  });
});

describe('handlers', () => {
  it('exec sees the files of the container', async () => {
    await start('real');
    const asks = 'cat /tmp/ready; code=$?; touch /tmp/asked; exit $code';
    const readinessProbe = { exec: { command: ['sh', '-c', asks] }, periodSeconds: 1, timeoutSeconds: 60 };
    const answers = 'while [ ! -f /tmp/asked ]; do sleep 0.1; done; touch /tmp/ready; sleep 1000';
    fixture.bind('web', { containers: sh(answers, { readinessProbe }) });
    await fixture.until(() => counted('Unhealthy').length > 0);
    expect(counted('Unhealthy')[0]?.[0]).toMatch(/^Readiness probe failed: cat: .*\/tmp\/ready.*: No such file or directory\n$/);
    await fixture.runs('web');
  });

  it('tcpSocket and gRPC', async () => {
    await start();
    const grpc = { grpc: { port: 9000 }, periodSeconds: 1, failureThreshold: 1 };
    fixture.bind('web', { containers: served({ startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }, readinessProbe: grpc }) });
    await fixture.runs('web');
    health.serving = false;
    await fixture.podThat('web', (pod) => !isReady(pod));
    await eventual('Unhealthy: Readiness probe failed: service unhealthy (responded with "NOT_SERVING")');
  });

  it('a probe that cannot be asked counts for nothing', async () => {
    await start();
    const livenessProbe = { httpGet: { port: 'web', scheme: 'HTTP' }, periodSeconds: 1, failureThreshold: 1 };
    fixture.bind('web', { containers: served({ livenessProbe }) });
    await eventual('Unhealthy: Liveness probe errored and resulted in unknown state: strconv.Atoi: parsing "web": invalid syntax');
    expect(fixture.pod('web')).toSatisfy(isReady);
  });
});

describe('hooks', () => {
  it('postStart is done before the container counts as running', async () => {
    await start('real');
    const lifecycle = {
      postStart: { exec: { command: ['sh', '-c', 'while [ ! -f /data/go ]; do sleep 0.01; done; echo done > /data/done'] } },
    };
    const volumes = [{ name: 'data', emptyDir: {} }];
    const volumeMounts = [{ name: 'data', mountPath: '/data' }];
    const [first] = sh('sleep 1000', { lifecycle, volumeMounts });
    const second: Container = { name: 'second', image: 'pause' };
    fixture.bind('web', { volumes, containers: [...(first ? [first] : []), second] });
    const waiting = await fixture.podThat('web', (pod) => main(pod)?.containerID !== undefined);
    expect(waiting.status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } }, ready: false }, { state: { waiting: {} } }],
    });
    const uid = waiting.metadata?.uid ?? '';
    const data = `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~empty-dir/data`;
    await fixture.disk('node1').write(`${data}/go`, new Uint8Array());
    await fixture.runs('web');
    expect(await fixture.disk('node1').stat(`${data}/done`)).toBeDefined();
  });

  it('postStart that fails: the container is killed and started again', async () => {
    await start('real');
    const lifecycle = { postStart: { exec: { command: ['sh', '-c', 'while [ ! -f /tmp/up ]; do sleep 0.01; done; exit 1'] } } };
    fixture.bind('web', { containers: sh('trap "exit 3" TERM; touch /tmp/up; while true; do sleep 1; done', { lifecycle }) });
    const pod = await fixture.podThat('web', (one) => (main(one)?.restartCount ?? 0) > 0);
    expect(main(pod)?.lastState?.terminated).toMatchObject({ exitCode: 3 });
    expect(fixture.events()).toContain('FailedPostStartHook: PostStartHook failed');
    expect(fixture.events()).toContain('Killing: FailedPostStartHook');
  });

  it('preStop comes before SIGTERM', async () => {
    await start();
    const lifecycle = { preStop: { httpGet: { port: 8080, path: '/stop', scheme: 'HTTP' } } };
    fixture.bind('web', { containers: served({ lifecycle }) });
    await fixture.runs('web');
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
    expect(health.stopped).toEqual(['told to stop', 'SIGTERM']);
  });

  it('preStop that fails is an event, and nothing more', async () => {
    await start('real');
    fixture.bind('web', { containers: served({ lifecycle: { preStop: { exec: { command: ['false'] } } } }) });
    await fixture.runs('web');
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
    await eventual('FailedPreStopHook: PreStopHook failed');
    expect(health.stopped).toEqual(['SIGTERM']);
  });

  it('preStop that takes longer than there is time: SIGTERM, and two seconds more', async () => {
    await start();
    health.heedsSigterm = false;
    fixture.bind('web', { containers: served({ lifecycle: { preStop: { sleep: { seconds: 10 } } } }) });
    await fixture.runs('web');
    const beganMs = fixture.clock.now();
    fixture.api.deletePod('web', 5);
    await fixture.until(() => health.stopped.includes('SIGTERM'));
    expect((fixture.clock.now() - beganMs) / 1000).toBeCloseTo(5, 0);
    await fixture.until(() => fixture.pod('web') === undefined);
    expect((fixture.clock.now() - beganMs) / 1000).toBeCloseTo(7, 0);
  });

  it('preStop is not run for a container that has ended by itself, nor where the deletion is forced', async () => {
    await start('real');
    const lifecycle = { preStop: { httpGet: { port: 8080, path: '/stop', scheme: 'HTTP' } } };
    const [other] = sh('exit 0', { name: 'other', lifecycle: { preStop: { exec: { command: ['false'] } } } });
    fixture.bind('web', { restartPolicy: 'Never', containers: [...served({ lifecycle }), ...(other ? [other] : [])] });
    await fixture.podThat('web', (pod) => pod.status?.containerStatuses?.[1]?.state?.terminated !== undefined);
    fixture.api.deletePod('web', 0);
    await fixture.until(() => fixture.network.listening.length === 0);
    // Neither hook, but the stop signal all the same: the kubelet's minimum of grace is 2 s.
    expect(health.stopped).toEqual(['SIGTERM']);
    expect(fixture.events().filter((event) => event.startsWith('FailedPreStopHook'))).toEqual([]);
  });

  it('the stop signal is the one that the container asks for', async () => {
    await start();
    fixture.bind('web', { os: { name: 'linux' }, containers: served({ lifecycle: { stopSignal: 'SIGQUIT' } }) });
    await fixture.runs('web');
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
    expect(health.stopped).toEqual(['SIGQUIT']);
  });
});

describe('fidelity status', () => {
  it('has nothing to ask: containers are well, and stop without their hooks', async () => {
    fixture = new KubeletFixture();
    await fixture.start({ fidelity: 'status' });
    const lifecycle = { postStart: { exec: { command: ['false'] } }, preStop: { exec: { command: ['sleep', '1000'] } } };
    fixture.bind('web', { containers: served({ startupProbe: http, livenessProbe: http, readinessProbe: http, lifecycle }) });
    await fixture.runs('web');
    fixture.api.deletePod('web');
    await fixture.until(() => fixture.pod('web') === undefined);
  });
});
