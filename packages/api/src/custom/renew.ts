import { copyJson, deepEqual } from '@kubernats/apimachinery';
import type { KubeObject } from '../object.ts';
import { applyDefaults } from './default.ts';
import { prune } from './prune.ts';
import type { Structural } from './structural.ts';

/**
 * Brings objects that were kept by another state of their definition, or in another version, to the form of a version: without what the schema does
 * not have any more, and with its defaults. Each object is looked at once. Source: the page "Extend the Kubernetes API with CustomResourceDefinitions",
 * pruning and defaulting when reading.
 */
export function renewal(apiVersion: string, schema: () => Structural): (object: KubeObject) => KubeObject {
  const renewed = new WeakMap<KubeObject, KubeObject>();
  return (object) => {
    let known = renewed.get(object);
    if (!known) renewed.set(object, (known = renew(object, apiVersion, schema())));
    return known;
  };
}

function renew(object: KubeObject, apiVersion: string, schema: Structural): KubeObject {
  const next: KubeObject = { ...copyJson(object), apiVersion };
  prune(next, schema);
  applyDefaults(next, schema);
  return deepEqual(next, object) ? object : next;
}
