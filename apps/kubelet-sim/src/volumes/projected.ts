import type { ConfigMapProjection, DownwardAPIVolumeFile, SecretProjection, VolumeProjection } from '@kubernats/api';
import type { Files } from '@kubernats/files';
import { podField, resourceField } from '../env/fields.ts';
import { ConfigError } from '../env/sources.ts';
import { type Payload, select, writePayload } from './payload.ts';
import { MountError, type VolumeContext, type VolumePlugin } from './volume.ts';

// ConfigMaps, Secrets and the downward API as files: alone or joined into one folder.

const DEFAULT_MODE = 0o644;

export const configMap: VolumePlugin = {
  field: 'configMap',
  setUp: (context) => {
    const { defaultMode = DEFAULT_MODE, ...source } = context.volume.configMap ?? {};
    return written(context, 'kubernetes.io~configmap', () => fromConfigMap(context, source, defaultMode));
  },
};

export const secret: VolumePlugin = {
  field: 'secret',
  setUp: (context) => {
    const { defaultMode = DEFAULT_MODE, secretName, ...source } = context.volume.secret ?? {};
    return written(context, 'kubernetes.io~secret', () => fromSecret(context, { ...source, name: secretName }, defaultMode));
  },
};

export const downwardApi: VolumePlugin = {
  field: 'downwardAPI',
  setUp: (context) => {
    const { defaultMode = DEFAULT_MODE, items } = context.volume.downwardAPI ?? {};
    return written(context, 'kubernetes.io~downward-api', async () => fromDownwardApi(context, items, defaultMode));
  },
};

export const projected: VolumePlugin = {
  field: 'projected',
  setUp: (context) => {
    const { defaultMode = DEFAULT_MODE, sources = [] } = context.volume.projected ?? {};
    return written(context, 'kubernetes.io~projected', async () => {
      const whole: Payload = new Map();
      for (const source of sources) for (const [path, file] of await fromSource(context, source, defaultMode)) whole.set(path, file);
      return whole;
    });
  },
};

async function fromSource(context: VolumeContext, source: VolumeProjection, mode: number): Promise<Payload> {
  if (source.configMap) return fromConfigMap(context, source.configMap, mode);
  if (source.secret) return fromSecret(context, source.secret, mode);
  if (source.downwardAPI) return fromDownwardApi(context, source.downwardAPI.items, mode);
  // A token is worth nothing before the API server issues and checks them; the file is not there rather than wrong.
  return new Map();
}

async function fromConfigMap(
  context: VolumeContext,
  { name = '', items, optional = false }: ConfigMapProjection,
  mode: number,
): Promise<Payload> {
  const data = await context.sources.configMap(name, context.pod.metadata?.namespace ?? '');
  if (!data && !optional) throw new ConfigError(`configmap "${name}" not found`);
  return data ? select(data, items, mode, optional) : new Map();
}

async function fromSecret(
  context: VolumeContext,
  { name = '', items, optional = false }: SecretProjection,
  mode: number,
): Promise<Payload> {
  const data = await context.sources.secret(name, context.pod.metadata?.namespace ?? '');
  if (!data && !optional) throw new ConfigError(`secret "${name}" not found`);
  return data ? select(data, items, mode, optional) : new Map();
}

function fromDownwardApi({ pod, place }: VolumeContext, items: readonly DownwardAPIVolumeFile[] = [], defaultMode: number): Payload {
  const payload: Payload = new Map();
  for (const { path, mode, fieldRef, resourceFieldRef } of items) {
    const value = fieldRef
      ? podField(pod, place, fieldRef.fieldPath)
      : resourceFieldRef && resourceField(pod, undefined, place, resourceFieldRef);
    if (value === undefined) throw new ConfigError(`unsupported field for ${path}`);
    payload.set(path, { data: new TextEncoder().encode(value), mode: mode ?? defaultMode });
  }
  return payload;
}

async function written(context: VolumeContext, plugin: string, gather: () => Promise<Payload>): Promise<Files> {
  try {
    const payload = await gather();
    const folder = await context.own(plugin);
    await writePayload(folder, payload, 'v1');
    return folder.scope('/', { readOnly: true });
  } catch (error) {
    throw error instanceof ConfigError ? new MountError(error.message) : error;
  }
}
