import type { KindRow } from '@kubernats/api';
import type { Verb } from '@kubernats/client';
import type { Call, Result } from '../call.ts';
import type { Core } from '../core.ts';
import { get } from '../verbs/get.ts';
import { patch } from '../verbs/patch.ts';
import { update } from '../verbs/update.ts';
import { bind } from './binding.ts';
import { evict } from './eviction.ts';
import { explain } from './explain.ts';
import { finalize } from './finalize.ts';
import { logs } from './log.ts';
import { nodeProxy } from './node-proxy.ts';
import { attach, exec, portForward } from './pod-streams.ts';
import { podProxy, serviceProxy } from './proxy.ts';
import { getScale, patchScale, updateScale } from './scale.ts';
import { createToken } from './token.ts';
import { trace } from './trace.ts';
import { whatIf } from './what-if.ts';

export type Handler = (core: Core, call: Call) => Promise<Result>;
export type Handlers = Partial<Record<Verb, Handler>>;

/** A part of the object itself, which its own form reads and writes. */
const PART: Handlers = { get, update, patch };
const SCALE: Handlers = { get: getScale, update: updateScale, patch: patchScale };

/** Whatever is asked for is for the backend to understand. */
const everyVerb = (handler: Handler): Handlers => ({
  get: handler,
  create: handler,
  update: handler,
  patch: handler,
  delete: handler,
  connect: handler,
});

/** Subresources with a body or an answer of their own, by `group/resource/subresource`. */
const OTHERS: Readonly<Record<string, Handlers>> = {
  '/pods/attach': { get: attach, create: attach },
  '/pods/binding': { create: bind },
  '/pods/ephemeralcontainers': PART,
  '/pods/eviction': { create: evict },
  '/pods/exec': { get: exec, create: exec },
  '/pods/explain': { get: explain },
  '/pods/log': { get: logs },
  '/pods/portforward': { get: portForward, create: portForward },
  '/pods/proxy': everyVerb(podProxy),
  '/pods/resize': PART,
  '/services/proxy': everyVerb(serviceProxy),
  '/serviceaccounts/token': { create: createToken },
  '/services/trace': { get: trace },
  'certificates.k8s.io/certificatesigningrequests/approval': PART,
  '/nodes/proxy': { get: nodeProxy },
  '/namespaces/finalize': { update: finalize },
  '/namespaces/whatif': { create: whatIf },
};

/** What serves a subresource; undefined when the kind has none of that name. */
export function subresourceHandlers(row: KindRow, subresource: string): Handlers | undefined {
  if (subresource === 'status') return row.hasStatus ? PART : undefined;
  if (subresource === 'scale') return row.scale ? SCALE : undefined;
  const key = `${row.group}/${row.plural}/${subresource}`;
  return Object.hasOwn(OTHERS, key) ? OTHERS[key] : undefined;
}
