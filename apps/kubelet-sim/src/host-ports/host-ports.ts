import { ANY_HOST_IP, type HostPort, hostPortsOf, type Pod } from '@kubernats/api';
import type { Clock } from '@kubernats/clock';
import { noMetrics } from '@kubernats/controller';
import {
  addressText,
  keepLoopbackSource,
  type Route,
  RouteKeeper,
  routeId,
  type UserspacePlane,
  userspacePlane,
} from '@kubernats/dataplane';
import { type Network, refusalText } from '@kubernats/net';
import { namesOf } from '../pod/pod-context.ts';

/** Takes a sentence that says which port could not be had, and why. */
type Tell = (problem: string) => void;

interface HostPortRoute extends Route {
  readonly tell: Tell;
}

const LOCALHOST = '127.0.0.1';

/**
 * The ports of nodes that lead to ports of their Pods (`hostPort`), of all nodes of a kubelet. A Pod on the network of its node needs none:
 * it listens there itself.
 */
export class HostPorts implements AsyncDisposable {
  readonly #plane: UserspacePlane;
  readonly #keeper: RouteKeeper<HostPortRoute>;
  /** By the uid of the Pod. */
  readonly #open = new Map<string, HostPortRoute[]>();

  constructor(network: Network, clock: Clock) {
    this.#plane = userspacePlane({ network, clock, metrics: noMetrics, keepsSource: keepLoopbackSource, udpSourceHost: LOCALHOST });
    this.#keeper = new RouteKeeper<HostPortRoute>({
      plane: this.#plane,
      clock,
      onRefused: ({ protocol, listen, tell }, error) => tell(refusalText(`${protocol} ${addressText(listen)}`, listen.port, error)),
    });
  }

  /** Opens the ports that the Pod asks for, for as long as it is not closed; what cannot be had now is told of, and tried again. */
  async open(pod: Pod, podIp: string, nodeIp: string, tell: Tell): Promise<void> {
    if (pod.spec?.hostNetwork) return;
    const routes = hostPortsOf(pod).flatMap((port) => routeOf(pod, port, podIp, nodeIp, tell) ?? []);
    if (routes.length === 0) return;
    this.#open.set(namesOf(pod).uid, routes);
    await this.#keeper.apply({ set: routes, removed: [] });
  }

  /** The Pod has ended: its ports are free. Idempotent. */
  async close(pod: Pod): Promise<void> {
    const { uid } = namesOf(pod);
    const removed = this.#open.get(uid);
    if (!removed) return;
    this.#open.delete(uid);
    await this.#keeper.apply({ set: [], removed });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#keeper.stop();
    await this.#plane[Symbol.asyncDispose]();
  }
}

/** Undefined where there can be none. */
function routeOf(pod: Pod, { ip, protocol, port, containerPort }: HostPort, podIp: string, nodeIp: string, tell: Tell) {
  // The API has said already that SCTP is not honoured.
  if (protocol !== 'TCP' && protocol !== 'UDP') return undefined;
  const listen = { host: ip === ANY_HOST_IP ? nodeIp : ip, port };
  if (listen.host !== nodeIp && listen.host !== LOCALHOST) {
    tell(`Cannot open ${protocol} ${addressText(listen)}: the node has no such address`);
    return undefined;
  }
  const { namespace, name, uid } = namesOf(pod);
  const route: HostPortRoute = {
    id: routeId(uid, protocol, listen),
    service: `${namespace}/${name}`,
    protocol,
    listen,
    backends: [{ host: podIp, port: containerPort }],
    tell,
  };
  return route;
}
