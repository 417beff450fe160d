import type { CustomResourceDefinition, KubeObject } from '@kubernats/api';
import { loopbackNetwork } from '@kubernats/net';
import { afterAll, beforeEach, expect, vi } from 'vitest';
import type { Cluster } from './cluster-of-file.ts';
import { startWebhookServer, type WebhookServer } from './webhook-server.ts';

type WebhookClientConfig = NonNullable<NonNullable<NonNullable<CustomResourceDefinition['spec']['conversion']>['webhook']>['clientConfig']>;

/** A ConversionReview as a webhook is sent it. */
export interface Review {
  apiVersion: string;
  request: { uid: string; desiredAPIVersion: string; objects: Server[] };
}

/** `v1` has `spec.address`, `v2` has `spec.host` and `spec.port`. */
export interface Server extends KubeObject {
  spec: { address?: string; host?: string; port?: number; replicas?: number };
  status?: { phase?: string; replicas?: number };
}

/** A conversion webhook of a test file. */
export interface ConversionWebhook {
  server: WebhookServer;
  /** What it was asked in this test, oldest first. */
  asked: Review[];
  /** What it answers instead of what it should, if anything; absent: the right thing. */
  say?: ((review: Review) => unknown) | undefined;
  /** Hears of each call. */
  wasAsked?: (() => void) | undefined;
  /** Resolves when the webhook may answer. */
  mayAnswer?: Promise<void> | undefined;
}

function convert(object: Server, apiVersion: string): Server {
  const { address, host, port, ...spec } = object.spec;
  const [to = '', number] = (address ?? '').split(':');
  const next = apiVersion.endsWith('/v1') ? { address: `${host}:${port}` } : { host: to, port: Number(number) };
  const { metadata } = object;
  return {
    ...object,
    apiVersion,
    metadata: { ...metadata, annotations: { ...metadata?.annotations, by: 'webhook' } },
    spec: { ...spec, ...next },
  };
}

export const rightly = ({ request: { uid, desiredAPIVersion, objects } }: Review) => ({
  uid,
  result: { status: 'Success' },
  convertedObjects: objects.map((object) => convert(object, desiredAPIVersion)),
});
/** As a webhook of another build does it: each text has this behind it. */
export const rebuilt = (suffix: string) =>
  answer((review) => {
    const { convertedObjects, ...rest } = rightly(review);
    return {
      ...rest,
      convertedObjects: convertedObjects.map((object) => ({ ...object, spec: { ...object.spec, host: `${object.spec.host}${suffix}` } })),
    };
  });
export const answer = (response: (review: Review) => object | undefined) => (review: Review) => ({
  kind: 'ConversionReview',
  apiVersion: review.apiVersion,
  response: response(review),
});

export async function conversionWebhookOfFile(): Promise<ConversionWebhook> {
  const server = await startWebhookServer(
    loopbackNetwork(),
    async (_http, response, body) => {
      const review = JSON.parse(body) as Review;
      webhook.asked.push(review);
      webhook.wasAsked?.();
      await webhook.mayAnswer;
      const said = (webhook.say ?? answer(rightly))(review);
      if (said === undefined) return;
      response.writeHead(200, { 'content-type': 'application/json' }).end(typeof said === 'string' ? said : JSON.stringify(said));
    },
    { addresses: ['127.0.0.1'], names: ['convert.hooks.svc'] },
  );
  const webhook: ConversionWebhook = { server, asked: [] };
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    webhook.say = webhook.wasAsked = webhook.mayAnswer = undefined;
    webhook.asked.length = 0;
  });
  return webhook;
}

const text = { type: 'string' };
const whole = { type: 'integer' };
const schemaOf = (fields: object) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { ...fields, replicas: whole } },
      status: { type: 'object', properties: { phase: text, replicas: whole } },
    },
  },
});
const subresources = { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } };

/** Of a kind between whose versions the webhook converts. */
export function definitionOf(
  { server }: ConversionWebhook,
  group: string,
  storage: 'v1' | 'v2' = 'v1',
  reviews = ['v1', 'v1beta1'],
  at: WebhookClientConfig = { url: `https://127.0.0.1:${server.address.port}/convert` },
): CustomResourceDefinition {
  return {
    metadata: { name: `servers.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'servers', kind: 'Server' },
      conversion: {
        strategy: 'Webhook',
        webhook: {
          clientConfig: { ...at, caBundle: server.caBundle },
          conversionReviewVersions: reviews,
        },
      },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: storage === 'v1',
          schema: schemaOf({ address: text, since: { type: 'string', default: 'always' } }),
          subresources,
        },
        {
          name: 'v2',
          served: true,
          storage: storage === 'v2',
          schema: schemaOf({ host: text, port: whole }),
          subresources,
          selectableFields: [{ jsonPath: '.spec.host' }],
          additionalPrinterColumns: [{ name: 'Host', type: 'string', jsonPath: '.spec.host' }],
        },
      ],
    },
  };
}

let groups = 0;
/** A kind of its own, in a namespace of its own: paths of both versions. */
export async function servers(cluster: Cluster, webhook: ConversionWebhook, reviews?: string[], at?: WebhookClientConfig) {
  const { admin } = cluster.door;
  const group = `g${++groups}.example.com`;
  const made = await admin.post('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definitionOf(webhook, group, 'v1', reviews, at));
  expect(made.code, made.text).toBe(201);
  expect(made.headers.warning).toBeUndefined();
  const { ns } = await cluster.namespace();
  const [v1, v2] = ['v1', 'v2'].map((version) => `/apis/${group}/${version}/namespaces/${ns}/servers`) as [string, string];
  await vi.waitFor(async () => expect((await admin.get(v2)).code).toBe(200), { interval: 1, timeout: 120_000 });
  return { group, v1, v2 };
}

export const first = (group: string, name: string, address = 'a:1', more: object = {}) => ({
  apiVersion: `${group}/v1`,
  kind: 'Server',
  metadata: { name, ...more },
  spec: { address },
});
export const second = (group: string, name: string, host = 'b', port = 2) => ({
  apiVersion: `${group}/v2`,
  kind: 'Server',
  metadata: { name },
  spec: { host, port },
});
