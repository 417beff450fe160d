import { Services } from '@kubernats/api';
import { realClock } from '@kubernats/clock';
import type { Recorder } from '../history/recorder.ts';
import type { Watches } from '../history/watches.ts';
import type { Target } from '../targets/target.ts';
import { clientOf, NAMESPACE } from './ask.ts';
import { PORT } from './deployments.ts';
import { FRONT, SERVICE_PORT } from './services.ts';

const CALL_PATIENCE_MS = 10_000;
/** A Pod may die while it answers: a client asks again. */
const TRIES = 3;
const BETWEEN_MS = 200;

interface Way {
  name: string;
  carrier: string;
  address(): Promise<{ host: string; port: number }>;
}

/**
 * Calls the Service that stays by its cluster IP, by its node ports and by its name, each again and again, and its Pods by their own addresses as well: how
 * it really is with the endpoints. Resolves after the signal.
 */
export async function callServices(target: Target, recorder: Recorder, watches: Watches, ended: AbortSignal): Promise<void> {
  const ways = await waysToFront(target);
  await Promise.all([
    ...ways.map(async (way) => {
      while (!ended.aborted) {
        await callOnce(target, recorder, way);
        await realClock.sleep(BETWEEN_MS);
      }
    }),
    callPods(target, recorder, watches, ended),
  ]);
}

/** Each way to the Service that stays, once. */
export async function callEachWay(target: Target, recorder: Recorder): Promise<void> {
  for (const way of await waysToFront(target)) await callOnce(target, recorder, way);
}

async function waysToFront(target: Target): Promise<Way[]> {
  const { spec } = await clientOf(target).kind(Services).get(FRONT, NAMESPACE);
  const nodePort = spec?.ports?.[0]?.nodePort ?? 0;
  return [
    {
      name: 'cluster IP',
      carrier: target.carrierTo(undefined),
      address: async () => ({ host: spec?.clusterIP ?? '', port: SERVICE_PORT }),
    },
    ...[...target.nodes].map(([node, host]) => ({
      name: `node port of ${node}`,
      carrier: target.carrierTo(node),
      address: async () => ({ host, port: nodePort }),
    })),
    {
      name: 'DNS',
      carrier: target.carrierTo(undefined),
      address: async () => ({ host: await target.resolve(`${FRONT}.${NAMESPACE}.svc.cluster.local`), port: SERVICE_PORT }),
    },
  ];
}

async function callOnce(target: Target, recorder: Recorder, { name, carrier, address }: Way): Promise<void> {
  const fromMs = recorder.now();
  const errors: string[] = [];
  for (let attempt = 0; attempt < TRIES; attempt++) {
    try {
      const { host, port } = await address();
      const pod = podIn(await target.get(host, port, CALL_PATIENCE_MS));
      return recorder.note({ what: 'call', service: FRONT, way: name, carrier, fromMs, pod });
    } catch (error) {
      errors.push(inWords(error));
    }
  }
  recorder.note({ what: 'call', service: FRONT, way: name, carrier, fromMs, error: errors.join('; ') });
}

/** Whoever the endpoints are, by the watch. */
async function callPods(target: Target, recorder: Recorder, watches: Watches, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await Promise.all(
      endpointsNow(watches).map(async (ip) => {
        const fromMs = recorder.now();
        const asked = target.get(ip, PORT, CALL_PATIENCE_MS).then(podIn);
        const said = await asked.then(
          (pod) => ({ pod }),
          (error: unknown) => ({ error: inWords(error) }),
        );
        recorder.note({ what: 'pod-call', ip, fromMs, ...said });
      }),
    );
    await realClock.sleep(BETWEEN_MS);
  }
}

const endpointsNow = (watches: Watches): string[] =>
  watches.of('EndpointSlice').flatMap(({ service, ready }) => (service === FRONT ? ready.map(({ ip }) => ip) : []));

/** Servers of unknown images say who they are. */
function podIn(body: string): string {
  const pod = /^pod: (\S+)$/m.exec(body)?.[1];
  if (pod === undefined) throw new Error(`no Pod answered: ${JSON.stringify(body.slice(0, 100))}`);
  return pod;
}

const inWords = (error: unknown): string => (error instanceof Error ? error.message || String(error) : String(error));
