import { run } from '@kubernats/testing/real-cluster';

/** A client outside of the cluster: a network of its own, joined to this machine by one cable. */
export interface Outside extends AsyncDisposable {
  /** This machine's address on the cable: what `--expose` takes. */
  readonly hostAddress: string;
  /** Those of the ports that take a connection. */
  openPorts(host: string, ports: readonly number[]): Promise<number[]>;
  /** The text that a server answers. */
  curl(url: string): Promise<string>;
}

/** Both ends of this process's own cable: four addresses of 198.18.0.0/15, which is set aside for tests of networks (RFC 2544). */
const CABLE = (process.pid % 2 ** 15) * 4;
const onCable = (end: 1 | 2): string => `198.${18 + (CABLE >> 16)}.${(CABLE >> 8) & 255}.${(CABLE & 255) + end}`;
const HOST_ADDRESS = onCable(1);
const CLIENT_ADDRESS = onCable(2);

/** Some addresses are answered with silence: a second of it counts as no. */
const OPEN_PORTS = `
const [host, ...ports] = process.argv.slice(1);
const opens = (port) => new Promise((resolve) => {
  const socket = require('node:net').connect({ host, port, timeout: 1000 });
  const end = (isOpen) => (socket.destroy(), resolve(isOpen));
  socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
});
Promise.all(ports.map(opens)).then((open) => console.log(JSON.stringify(ports.filter((_, i) => open[i]).map(Number))));
`;
const CURL = `fetch(process.argv[1], { headers: { connection: 'close' } }).then((response) => response.text()).then(console.log)`;

/** Makes a network namespace with a client in it, or says why this machine has none. */
export async function outside(): Promise<Outside | { refusal: string }> {
  if (process.getuid?.() !== 0) return { refusal: 'only root makes a network namespace' };
  const name = `kubernats-${process.pid}`;
  const [near, far] = [`knh${process.pid}`, `knc${process.pid}`];
  const ip = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await run('ip', args);
    if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr.trim()}`);
  };
  const remove = async (): Promise<void> => {
    await run('ip', ['netns', 'del', name]);
    await run('ip', ['link', 'del', near]);
  };
  try {
    await ip('netns', 'add', name);
    await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', name);
    await ip('addr', 'add', `${HOST_ADDRESS}/30`, 'dev', near);
    await ip('link', 'set', near, 'up');
    await ip('-n', name, 'addr', 'add', `${CLIENT_ADDRESS}/30`, 'dev', far);
    await ip('-n', name, 'link', 'set', far, 'up');
    // Everything that is not on the cable is looked for on this machine.
    await ip('-n', name, 'route', 'add', 'default', 'via', HOST_ADDRESS);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) await remove();
    return { refusal: isMissing ? 'there is no program "ip" (Debian package iproute2)' : String(error) };
  }
  const inside = async (script: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run('ip', ['netns', 'exec', name, process.execPath, '-e', script, ...args]);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  return {
    hostAddress: HOST_ADDRESS,
    openPorts: async (host, ports) => JSON.parse(await inside(OPEN_PORTS, host, ...ports.map(String))) as number[],
    curl: (url) => inside(CURL, url),
    [Symbol.asyncDispose]: remove,
  };
}
