import { execFile } from 'node:child_process';
import { NetworkError } from '../../port.ts';
import type { HostRoute, HostRoutes } from '../host-routes.ts';

/** Marks the routes that kubernats has made: a number of the range that Linux leaves to routing programs (rtnetlink(7), `rtm_protocol`). */
const PROTOCOL = '107';
/** What the kernel says when there is no such route. */
const NOT_THERE = 'No such process';

/** What iproute2 prints of a route with `-json`; what has a default is left out. */
interface Printed {
  type?: string;
  dst: string;
  gateway?: string;
  prefsrc?: string;
}

/** The routing table of this Linux machine or, by name, of a network namespace that `ip netns` has made. To change it takes the right CAP_NET_ADMIN. */
export function ipRoutes({ namespace }: { namespace?: string } = {}): HostRoutes {
  const where = namespace === undefined ? [] : ['-netns', namespace];
  const ip = (...args: string[]): Promise<string> => run([...where, '-4', ...args]);
  return {
    async list() {
      // With nothing to tell it prints nothing at all.
      const printed = JSON.parse((await ip('-json', 'route', 'show', 'table', 'all', 'proto', PROTOCOL)) || '[]') as Printed[];
      return printed.map(routeOf);
    },
    async set(route) {
      await ip('route', 'replace', ...wordsOf(route));
    },
    async remove(route) {
      await ip('route', 'delete', ...wordsOf(route)).catch((error: unknown) => {
        if (!(error instanceof NetworkError) || !error.message.includes(NOT_THERE)) throw error;
      });
    },
  };
}

const wordsOf = (route: HostRoute): string[] => [
  ...('via' in route
    ? [route.cidr, 'via', route.via]
    : ['local', route.cidr, 'dev', 'lo', ...(route.source === undefined ? [] : ['src', route.source])]),
  ...['proto', PROTOCOL],
];

function routeOf({ type, dst, gateway, prefsrc }: Printed): HostRoute {
  const cidr = dst.includes('/') ? dst : `${dst}/32`;
  return type === 'local' || gateway === undefined
    ? { cidr, to: 'local', ...(prefsrc === undefined ? {} : { source: prefsrc }) }
    : { cidr, via: gateway };
}

function run(args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('ip', args, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = stderr.trim() || error.message;
      const failed = (code: string, why: string): void => reject(new NetworkError(code, `ip ${args.join(' ')}: ${why}`));
      if (error.code === 'ENOENT') return failed('ENOENT', 'there is no such program; it is in the package iproute2');
      if (said.includes('not permitted')) return failed('EPERM', `${said}; it takes the right CAP_NET_ADMIN`);
      failed('EIO', said);
    });
  });
}
