import { run } from '@kubernats/testing/real-cluster';

/** Two machines that know nothing but each other: a network namespace each, and one cable between them. */
export interface TwoMachines extends AsyncDisposable {
  readonly main: Machine;
  readonly other: Machine;
}

export interface Machine {
  /** The name of its namespace, for `ip netns exec`. */
  readonly namespace: string;
  readonly address: string;
}

/** Both ends of this process's own cable: addresses of 198.18.0.0/15, which is set aside for tests of networks (RFC 2544). */
const CABLE = (process.pid % 2 ** 15) * 4;
const onCable = (end: 1 | 2): string => `198.${18 + (CABLE >> 16)}.${(CABLE >> 8) & 255}.${(CABLE & 255) + end}`;

/** Makes the two, or says why this machine has none. */
export async function twoMachines(): Promise<TwoMachines | { refusal: string }> {
  if (process.getuid?.() !== 0) return { refusal: 'only root makes a network namespace' };
  const main = { namespace: `kubernats-m-${process.pid}`, address: onCable(1) };
  const other = { namespace: `kubernats-o-${process.pid}`, address: onCable(2) };
  const ip = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await run('ip', args);
    if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr.trim()}`);
  };
  const remove = async (): Promise<void> => {
    for (const { namespace } of [main, other]) await run('ip', ['netns', 'del', namespace]);
  };
  try {
    for (const { namespace } of [main, other]) await ip('netns', 'add', namespace);
    await ip('link', 'add', 'eth0', 'netns', main.namespace, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', other.namespace);
    for (const { namespace, address } of [main, other]) {
      await ip('-n', namespace, 'addr', 'add', `${address}/30`, 'dev', 'eth0');
      await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
      await ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!isMissing) await remove();
    return { refusal: isMissing ? 'there is no program "ip" (Debian package iproute2)' : String(error) };
  }
  return { main, other, [Symbol.asyncDispose]: remove };
}
