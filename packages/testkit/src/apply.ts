import { type KindRef, type KubeObject, kindByGvk } from '@kubernats/api';
import type { Client } from '@kubernats/client';
import { isAlreadyExists } from '@kubernats/errors';
import { parseAllDocuments } from 'yaml';

/** What `apply` takes: YAML or JSON text (several documents, Lists), an object, or several. */
export type Manifest = string | KubeObject | readonly KubeObject[];

/** The objects of a manifest, with the members of Lists one by one. Throws with the line where the text is no YAML. */
export function objectsOf(manifest: Manifest): KubeObject[] {
  const roots = typeof manifest === 'string' ? parse(manifest) : [manifest].flat();
  return roots.flatMap((root) => ('items' in root && Array.isArray(root.items) ? (root.items as KubeObject[]) : [root]));
}

function parse(text: string): KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw error;
    const value: unknown = document.toJS();
    return typeof value === 'object' && value !== null ? [value as KubeObject] : [];
  });
}

/** Creates each object, or merges it into the one that is there. Answers with what the server keeps. */
export async function applyObjects(client: Client, manifest: Manifest): Promise<KubeObject[]> {
  const applied: KubeObject[] = [];
  for (const object of objectsOf(manifest)) applied.push(await applyOne(client, object));
  return applied;
}

async function applyOne(client: Client, object: KubeObject): Promise<KubeObject> {
  const kind = kindOf(object);
  const { name } = object.metadata ?? {};
  const namespace = kind.namespaced ? (object.metadata?.namespace ?? 'default') : undefined;
  const whole = { ...object, metadata: { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) } };
  try {
    return await client.kind(kind).create(whole);
  } catch (error) {
    if (!isAlreadyExists(error) || name === undefined) throw error;
    return client.kind(kind).patch(name, namespace, 'merge', whole);
  }
}

export function kindOf({ apiVersion = '', kind = '' }: KubeObject): KindRef {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const row = kindByGvk(group, version, kind);
  if (!row) throw new Error(`no kind ${JSON.stringify(kind)} in apiVersion ${JSON.stringify(apiVersion)}`);
  return row;
}
