import type {
  ConfigMapProjection,
  DownwardAPIVolumeFile,
  Pod,
  SecretProjection,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '@kubernats/api';
import { podField, resourceField } from '../env/fields.ts';
import type { SourceKind } from '../env/sources.ts';
import { type Payload, plain, select } from './payload.ts';
import { type Gathered, payloadVolume } from './payload-volume.ts';
import { MountError, type VolumeContext, type VolumePlugin } from './volume.ts';

// ConfigMaps, Secrets, the downward API and tokens as files: alone or joined into one folder.

const DEFAULT_MODE = 0o644;
const TOKEN_SECONDS = 3600;
const encoder = new TextEncoder();

export const configMap: VolumePlugin = {
  field: 'configMap',
  setUp: (context) => {
    const { defaultMode = DEFAULT_MODE, ...source } = context.volume.configMap ?? {};
    return payloadVolume(context, (pod) => fromObject(context, pod, 'configmap', source, defaultMode));
  },
};

export const secret: VolumePlugin = {
  field: 'secret',
  setUp: (context) => {
    const { defaultMode = DEFAULT_MODE, secretName, ...source } = context.volume.secret ?? {};
    return payloadVolume(context, (pod) => fromObject(context, pod, 'secret', { ...source, name: secretName }, defaultMode));
  },
};

export const downwardApi: VolumePlugin = {
  field: 'downwardAPI',
  setUp: (context) => {
    const { defaultMode = DEFAULT_MODE, items } = context.volume.downwardAPI ?? {};
    return payloadVolume(context, async (pod) => fromDownwardApi(context, pod, items, defaultMode));
  },
};

export const projected: VolumePlugin = {
  field: 'projected',
  setUp: (context) => {
    const { defaultMode = DEFAULT_MODE, sources = [] } = context.volume.projected ?? {};
    return payloadVolume(context, async (pod) => {
      const parts = await Promise.allSettled(sources.map((source) => fromSource(context, pod, source, defaultMode)));
      return joined(parts);
    });
  },
};

/** Later sources win. What is wrong with several is said at once, as Kubernetes joins errors. */
function joined(parts: readonly PromiseSettledResult<Gathered>[]): Gathered {
  const errors: unknown[] = [];
  const whole: Gathered = { payload: new Map() };
  for (const part of parts) {
    if (part.status === 'rejected') {
      errors.push(part.reason);
      continue;
    }
    for (const [path, file] of part.value.payload) whole.payload.set(path, file);
    const { refreshAtMs } = part.value;
    if (refreshAtMs !== undefined) whole.refreshAtMs = Math.min(refreshAtMs, whole.refreshAtMs ?? Infinity);
  }
  const [first] = errors;
  if (errors.length > 1 && errors.every((error) => error instanceof Error)) {
    throw new MountError(`[${errors.map(({ message }) => message).join(', ')}]`);
  }
  if (first !== undefined) throw first;
  return whole;
}

async function fromSource(context: VolumeContext, pod: Pod, source: VolumeProjection, mode: number): Promise<Gathered> {
  if (source.configMap) return fromObject(context, pod, 'configmap', source.configMap, mode);
  if (source.secret) return fromObject(context, pod, 'secret', source.secret, mode);
  if (source.downwardAPI) return fromDownwardApi(context, pod, source.downwardAPI.items, mode);
  if (source.serviceAccountToken) return fromToken(context, pod, source.serviceAccountToken, mode);
  return { payload: new Map() };
}

async function fromObject(
  { sources }: VolumeContext,
  pod: Pod,
  kind: SourceKind,
  { name = '', items, optional = false }: ConfigMapProjection | SecretProjection,
  mode: number,
): Promise<Gathered> {
  const data = await sources.read(kind, name, pod.metadata?.namespace ?? '');
  if (!data && !optional) throw new MountError(`${kind} "${name}" not found`);
  return { payload: data ? select(kind, data, items, mode, optional) : new Map() };
}

async function fromToken(
  { sources }: VolumeContext,
  pod: Pod,
  { path, audience = '', expirationSeconds = TOKEN_SECONDS }: ServiceAccountTokenProjection,
  mode: number,
): Promise<Gathered> {
  const { token, refreshAtMs } = await sources.token(pod, audience, expirationSeconds);
  return { payload: new Map([[plain(path), { data: encoder.encode(token), mode }]]), refreshAtMs };
}

function fromDownwardApi({ place }: VolumeContext, pod: Pod, items: readonly DownwardAPIVolumeFile[] = [], defaultMode: number): Gathered {
  const payload: Payload = new Map();
  for (const { path, mode, fieldRef, resourceFieldRef } of items) {
    const value = fieldRef
      ? podField(pod, place, fieldRef.fieldPath)
      : resourceFieldRef && resourceField(pod, undefined, place, resourceFieldRef);
    if (value === undefined) throw new MountError(`unsupported field for ${path}`);
    payload.set(plain(path), { data: encoder.encode(value), mode: mode ?? defaultMode });
  }
  return { payload };
}
