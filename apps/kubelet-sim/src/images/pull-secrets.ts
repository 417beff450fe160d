import type { Pod } from '@kubernats/api';
import type { Sources } from '../env/sources.ts';
import type { ImageReference } from './image-reference.ts';

const decoder = new TextDecoder();

export interface PullSecrets {
  /** Names of secrets that are not there. */
  absent: string[];
  /** Whether one of the others has an entry for the image's registry. */
  permit: boolean;
}

/** Looks into a Pod's `imagePullSecrets`. Their passwords are not checked: there is no registry that could. */
export async function readPullSecrets(pod: Pod, { domain, path }: ImageReference, sources: Sources): Promise<PullSecrets> {
  const found: PullSecrets = { absent: [], permit: false };
  for (const { name = '' } of pod.spec?.imagePullSecrets ?? []) {
    if (name === '') continue;
    const data = await sources.read('secret', name, pod.metadata?.namespace ?? 'default');
    if (!data) {
      found.absent.push(name);
      continue;
    }
    const registries = registriesOf(data.files.get('.dockerconfigjson'), data.files.get('.dockercfg'));
    if (registries.some((registry) => `${domain}/${path}/`.startsWith(`${registry}/`))) found.permit = true;
  }
  return found;
}

/** The registries, each with as much of a path as its entry has: `docker.io`, `registry.example.com/team`. */
function registriesOf(config: Uint8Array | undefined, legacy: Uint8Array | undefined): string[] {
  const auths = (config && field(parsed(config), 'auths')) ?? (legacy && parsed(legacy));
  if (typeof auths !== 'object' || auths === null) return [];
  return Object.keys(auths).map((key) =>
    key
      .replace(/^https?:\/\//, '')
      .replace(/\/v[12]\/?$/, '')
      .replace(/\/+$/, '')
      .replace(/^(index|registry-1)\.docker\.io/, 'docker.io'),
  );
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    // As good as none: the pull is denied, and says so.
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
