import type { Program } from '../process/invocation.ts';
import { UTILITY_PROGRAMS } from '../utilities.ts';
import { BUILTIN_PROGRAMS } from './builtin-programs.ts';
import { DATE } from './date.ts';
import { DD } from './dd.ts';
import { DIGESTS } from './digests.ts';
import { FILES } from './files.ts';
import { IDENTITY } from './identity.ts';
import { LAUNCHERS } from './launchers.ts';
import { LS } from './ls.ts';
import { MACHINE } from './machine.ts';
import { NETWORK } from './network/network.ts';
import { OD } from './od.ts';
import { PACKAGES } from './packages.ts';
import { PROCESSES } from './processes.ts';
import { RESOURCES } from './resources.ts';
import { SHELLS } from './sh.ts';
import { STREAMS } from './streams.ts';
import { TAR } from './tar/tar.ts';
import { TERMINAL } from './terminal.ts';
import { TR } from './tr.ts';
import { XARGS } from './xargs.ts';

const ALL = new Map<string, Program>(
  Object.entries({
    ...UTILITY_PROGRAMS,
    ...BUILTIN_PROGRAMS,
    ...DATE,
    ...DD,
    ...DIGESTS,
    ...FILES,
    ...IDENTITY,
    ...LAUNCHERS,
    ...LS,
    ...MACHINE,
    ...NETWORK,
    ...OD,
    ...PACKAGES,
    ...PROCESSES,
    ...RESOURCES,
    ...SHELLS,
    ...STREAMS,
    ...TAR,
    ...TERMINAL,
    ...TR,
    ...XARGS,
  }),
);

/** The program that an image has under a name. */
export function programNamed(name: string): Program | undefined {
  return ALL.get(name);
}

/** Where `which` finds it. */
export function programPath(name: string): string | undefined {
  return ALL.has(name) ? `/bin/${name}` : undefined;
}

export function allPrograms(): string[] {
  return [...ALL.keys()].sort();
}
