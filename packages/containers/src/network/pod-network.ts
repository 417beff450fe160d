import {
  type Address,
  cidrContains,
  type DatagramSocket,
  type DialOptions,
  isIp,
  type Listener,
  type Network,
  NetworkError,
} from '@kubernats/net';
import { localConnection } from './local-connection.ts';
import { Localhost } from './localhost.ts';

const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '::1']);
const ANY_HOSTS = new Set(['', '0.0.0.0', '::']);

/** The sockets of one Pod. `lookup` turns a name into an address: the Pod's own names; for what runs in a container, those of its files and of DNS, too. */
export interface PodNetwork extends Network {
  readonly ip: string;
  lookup(name: string): Promise<string>;
}

const isLoopback = (host: string): boolean => cidrContains('127.0.0.0/8', host);

/** Whether the way there leads out of a machine's own addresses: then the machine's address is the source, as behind a masquerading node. */
const isBeyond = (ip: string, host: string): boolean => isLoopback(ip) && isIp(host) && !isLoopback(host);

/** What a Pod knows by itself: its localhost, its own name, and addresses. */
export function ownName(name: string, ip: string, hostname: string): string | undefined {
  if (LOCAL_HOSTS.has(name)) return '127.0.0.1';
  if (name === hostname) return ip;
  return /^[\d.]+$/.test(name) || name.includes(':') ? name : undefined;
}

export const unknownName = (name: string): NetworkError => new NetworkError('ENOTFOUND', `getaddrinfo ENOTFOUND ${name}`);

/** Whether an error's code says that a name has no address, as far as anybody knows. */
export const isNameError = (code: string | undefined): boolean => code === 'ENOTFOUND' || code === 'EAI_AGAIN';

/**
 * A Pod's view of a network: `localhost` is the Pod's own, or its node's where that is given. What listens on localhost is known in here
 * only and never becomes a socket of the machine; what listens everywhere is on the Pod's address and on its localhost. Calls go out from
 * the Pod's address. (P3)
 */
export function podNetwork(
  network: Network,
  ip: string,
  { hostname, localhost = new Localhost() }: { hostname: string; localhost?: Localhost },
): PodNetwork {
  const { tcp: local, udp: localUdp } = localhost;
  const scopeOf = (host: string): 'local' | 'any' | 'pod' => {
    if (LOCAL_HOSTS.has(host)) return 'local';
    if (ANY_HOSTS.has(host)) return 'any';
    if (host === ip) return 'pod';
    throw new NetworkError('EADDRNOTAVAIL', `listen EADDRNOTAVAIL: address not available ${host}`);
  };
  const inUse = (address: Address): NetworkError =>
    new NetworkError('EADDRINUSE', `listen EADDRINUSE: address already in use ${address.host}:${address.port}`);

  return {
    ip,
    async lookup(name) {
      const known = ownName(name, ip, hostname);
      if (known === undefined) throw unknownName(name);
      return known;
    },
    async listen(address, onConnection) {
      const scope = scopeOf(address.host);
      if (scope !== 'pod' && address.port !== 0 && local.has(address.port)) throw inUse(address);
      if (scope === 'local') {
        const port = address.port === 0 ? localhost.freePort(local) : address.port;
        local.set(port, onConnection);
        return localListener({ host: '127.0.0.1', port }, () => local.delete(port));
      }
      const listener = await network.listen({ host: ip, port: address.port }, onConnection);
      if (scope === 'pod') return listener;
      const { port } = listener.address;
      if (local.has(port)) {
        await listener.close();
        throw inUse(address);
      }
      local.set(port, onConnection);
      return localListener(listener.address, () => local.delete(port), listener);
    },
    async dial(address, options: DialOptions = {}) {
      if (isBeyond(ip, address.host)) return network.dial(address, options);
      if (!LOCAL_HOSTS.has(address.host) && !ANY_HOSTS.has(address.host)) return network.dial(address, { localHost: ip, ...options });
      const accept = local.get(address.port);
      if (!accept) throw new NetworkError('ECONNREFUSED', `connect ECONNREFUSED ${address.host}:${address.port}`);
      const [near, far] = localConnection(
        { host: '127.0.0.1', port: localhost.freePort(local) },
        { host: '127.0.0.1', port: address.port },
      );
      accept(far);
      return near;
    },
    async bindUdp(address, onDatagram) {
      const scope = scopeOf(address.host);
      const port = address.port === 0 && scope === 'local' ? localhost.freePort(localUdp) : address.port;
      if (scope !== 'pod' && port !== 0 && localUdp.has(port)) throw inUse(address);
      const outer = scope === 'local' ? undefined : await network.bindUdp({ host: ip, port }, onDatagram);
      const bound: Address = outer?.address ?? { host: '127.0.0.1', port };
      let masqueraded: Promise<DatagramSocket> | undefined;
      const sendBeyond = async (data: Uint8Array, to: Address): Promise<void> => {
        masqueraded ??= network.bindUdp({ host: '0.0.0.0', port: 0 }, (datagram) => onDatagram(datagram, socket));
        (await masqueraded).send(data, to);
      };
      const socket: DatagramSocket = {
        address: bound,
        send(data, to) {
          // As with any datagram that goes astray, nobody hears of it.
          if (isBeyond(ip, to.host)) return void sendBeyond(data, to).catch(() => {});
          if (!LOCAL_HOSTS.has(to.host)) return outer?.send(data, to);
          localUdp.get(to.port)?.({ data, from: { host: '127.0.0.1', port: bound.port } });
        },
        async close() {
          if (scope !== 'pod') localUdp.delete(bound.port);
          await outer?.close();
          await masqueraded?.then(
            (opened) => opened.close(),
            () => {},
          );
        },
        [Symbol.asyncDispose]: () => socket.close(),
      };
      if (scope !== 'pod') localUdp.set(bound.port, (datagram) => onDatagram(datagram, socket));
      return socket;
    },
  };
}

function localListener(address: Address, forget: () => void, outer?: Listener): Listener {
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    forget();
    await outer?.close();
  };
  return { address, close, [Symbol.asyncDispose]: close };
}
