import type { Random } from '@kubernats/clock';
import type { Pool } from './pool.ts';

export interface PortRange {
  from: number;
  to: number;
}

/** `30000-32767`, both ends included, or one port alone. Undefined: it is no range of ports. */
export function parsePortRange(range: string): PortRange | undefined {
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range) ?? [];
  const [from, to] = [Number(first), Number(last)];
  return from >= 1 && from <= to && to <= 65_535 ? { from, to } : undefined;
}

export const formatPortRange = ({ from, to }: PortRange): string => `${from}-${to}`;

/** What is wrong with a port that was asked for. */
export async function takeRequestedPort(range: PortRange, port: number, pool: Pool): Promise<string | undefined> {
  if (port < range.from || port > range.to)
    return `provided port is not in the valid range. The range of valid ports is ${formatPortRange(range)}`;
  return (await pool.take(String(port))) ? undefined : 'provided port is already allocated';
}

/** Any free port; undefined: there is none. The lower ports are left, as long as they can be, to those who ask for one by number. */
export async function takeFreePort(range: PortRange, pool: Pool, random: Random): Promise<number | undefined> {
  const size = range.to - range.from + 1;
  const reserved = reservedPorts(size);
  for (const [first, count] of [
    [range.from + reserved, size - reserved],
    [range.from, reserved],
  ] as const) {
    const start = count > 0 ? random.int(count) : 0;
    for (let i = 0; i < count; i++) {
      const port = first + ((start + i) % count);
      if (!pool.isTaken(String(port)) && (await pool.take(String(port)))) return port;
    }
  }
  return undefined;
}

/** How many ports at the start of a range are given out last. Source: KEP-3668. */
function reservedPorts(size: number): number {
  return size < 16 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128);
}
