import type { KubeObject } from '../object.ts';

/** Between the versions of a custom resource: neither way changes what it is given. */
export interface Conversion {
  toStored(object: KubeObject): KubeObject;
  fromStored(object: KubeObject): KubeObject;
}

/** The strategy `None`: only the apiVersion changes. Source: the page "Versions in CustomResourceDefinitions". */
export function noneConversion(from: string, to: string): Conversion {
  return {
    toStored: (object) => ({ ...object, apiVersion: to }),
    fromStored: (object) => ({ ...object, apiVersion: from }),
  };
}
