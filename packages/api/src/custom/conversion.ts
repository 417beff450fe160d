import type { KubeObject } from '../object.ts';
import type { WebhookConversions } from './webhook-conversions.ts';

/** Between the versions of a custom resource: neither way changes what it is given. */
export interface Conversion {
  toStored(object: KubeObject): KubeObject;
  fromStored(object: KubeObject): KubeObject;
}

/**
 * The strategy `None`: only the apiVersion changes, and each version shows what its schema has, which `renew` sees to. Source: the page "Versions in
 * CustomResourceDefinitions".
 */
export function noneConversion(to: string, renew: Conversion['fromStored']): Conversion {
  return { toStored: (object) => ({ ...object, apiVersion: to }), fromStored: renew };
}

/** The strategy `Webhook`: finds what the webhook has made of the object, which it must have been asked for; throws `NotConverted`. */
export function webhookConversion(conversions: WebhookConversions, from: string, to: string): Conversion {
  return {
    toStored: (object) => conversions.get(object, to),
    fromStored: (object) => conversions.get(object, from),
  };
}
