import { ConfigMaps, Secrets } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { isForbidden, isNotFound } from '@kubernats/errors';

/** What a container or volume refers to cannot be had (yet); the message is the kubelet's. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The data of ConfigMaps and Secrets as bytes by key; undefined when there is no such object. */
export interface Sources {
  configMap(name: string, namespace: string): Promise<ReadonlyMap<string, Uint8Array> | undefined>;
  secret(name: string, namespace: string): Promise<ReadonlyMap<string, Uint8Array> | undefined>;
}

const encoder = new TextEncoder();

/** Reads from the API each time: a kubelet may read what its Pods refer to, one by one, and nothing else. */
export function apiSources(client: Client): Sources {
  return {
    async configMap(name, namespace) {
      const found = await orAbsent(client.kind(ConfigMaps).get(name, namespace));
      if (!found) return undefined;
      const data = Object.entries(found.data ?? {}).map(([key, text]): [string, Uint8Array] => [key, encoder.encode(text)]);
      return new Map([...data, ...decoded(found.binaryData)]);
    },
    async secret(name, namespace) {
      const found = await orAbsent(client.kind(Secrets).get(name, namespace));
      return found && new Map(decoded(found.data));
    },
  };
}

function decoded(data: Readonly<Record<string, string>> | undefined): [string, Uint8Array][] {
  return Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')]);
}

async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    // The node authoriser may not know yet that a Pod of this node refers to it.
    if (isNotFound(error) || isForbidden(error)) return undefined;
    throw error;
  }
}
