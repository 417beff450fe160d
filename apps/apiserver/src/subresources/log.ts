import type { Pod } from '@kubernats/api';
import { forbiddenField, invalidValue } from '@kubernats/apimachinery';
import type { LogsHello } from '@kubernats/client';
import { badRequest, invalid, notFound, StatusError } from '@kubernats/errors';
import type { Call, Result } from '../call.ts';
import { type Core, named, placeOf } from '../core.ts';
import { flag } from '../rest/resource-version.ts';
import { NodeUnreachable, openNodeStream } from '../streams/node-stream.ts';
import { containerOf } from './pod-container.ts';

/** GET pods/NAME/log: the bytes come from the Pod's node, as fast as the reader takes them. */
export async function logs(core: Core, call: Call): Promise<Result> {
  const { namespace = '', name = '' } = call.request;
  const { stream, cache } = placeOf(core, call.row);
  await stream.fresh();
  const pod = cache.get(namespace, name)?.object as Pod | undefined;
  if (!pod) throw notFound(named(call.row), name);
  const container = containerOf(pod, call.query.container);
  const hello = helloOf(core, call, container);
  const node = pod.spec?.nodeName;
  // Nothing can have been written yet.
  if (!node) return { type: 'bytes', stream: { contentType: 'text/plain', chunks: nothing(), destroy: () => {} } };
  refuseWaiting(pod, container, hello.previous);
  const bytes = await openNodeStream(core, node, 'logs', hello).catch((error: unknown) => {
    if (!(error instanceof NodeUnreachable)) throw error;
    throw new StatusError('InternalError', `Get "containerLogs/${namespace}/${name}/${container}": ${error.message}`);
  });
  return {
    type: 'bytes',
    stream: { contentType: 'text/plain', chunks: bytes.incoming, destroy: () => bytes.destroy('the reader has gone') },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** What is said of a container that waits for its image. */
const WAITING: Readonly<Record<string, string | undefined>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

/** A container that has never run has no log. */
function refuseWaiting({ metadata, status, spec }: Pod, container: string, previous: boolean): void {
  const all = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const own = all.find((each) => each.name === container);
  const name = metadata?.name ?? '';
  if (previous) {
    if (own?.lastState?.terminated || own?.state?.terminated) return;
    throw badRequest(`previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(name)} not found`);
  }
  if (own?.state?.running || own?.state?.terminated || own?.lastState?.terminated) return;
  const isInit = spec?.initContainers?.some((each) => each.name === container);
  const reason = own?.state?.waiting?.reason ?? (isInit ? 'PodInitializing' : 'ContainerCreating');
  const why = WAITING[reason] ?? reason;
  throw badRequest(`container ${JSON.stringify(container)} in pod ${JSON.stringify(name)} is waiting to start: ${why}`);
}

/** What the node is asked for. Throws Invalid for numbers that make no sense. */
function helloOf(core: Core, call: Call, container: string): LogsHello {
  const { query, request } = call;
  const { namespace = '', name = '' } = request;
  const number = (key: 'tailLines' | 'limitBytes' | 'sinceSeconds', least: number): number | undefined => {
    const text = query[key];
    if (text === undefined || text === '') return undefined;
    if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    const value = Number(text);
    if (value < least) throw refused(name, key, value, `must be greater than ${least === 0 ? 'or equal to 0' : '0'}`);
    return value;
  };
  const tailLines = number('tailLines', 0);
  const limitBytes = number('limitBytes', 1);
  const sinceSeconds = number('sinceSeconds', 1);
  const since = query.sinceTime ? Date.parse(query.sinceTime) : undefined;
  if (Number.isNaN(since)) throw badRequest(`parsing time ${JSON.stringify(query.sinceTime)} as RFC 3339 failed`);
  if (since !== undefined && sinceSeconds !== undefined) {
    const why = 'at most one of `sinceTime` or `sinceSeconds` may be specified';
    throw invalid('', 'PodLogOptions', name, [forbiddenField('[]', why)]);
  }
  const sinceMs = since ?? (sinceSeconds === undefined ? undefined : core.clock.now() - sinceSeconds * 1000);
  return {
    namespace,
    pod: name,
    container,
    follow: flag(query.follow),
    previous: flag(query.previous),
    timestamps: flag(query.timestamps),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  };
}

const refused = (pod: string, field: string, value: number, why: string): StatusError =>
  invalid('', 'PodLogOptions', pod, [invalidValue(field, value, why)]);
