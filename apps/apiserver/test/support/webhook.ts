import type { IncomingMessage, ServerResponse } from 'node:http';
import { loopbackNetwork } from '@kubernats/net';
import { afterAll } from 'vitest';
import type { HttpsClient } from './https-client.ts';
import { startWebhookServer } from './webhook-server.ts';

/** What a webhook is asked: the parts that tests look at. */
export interface ReviewRequest {
  uid: string;
  kind: { group: string; version: string; kind: string };
  resource: { group: string; version: string; resource: string };
  subResource?: string;
  requestKind: ReviewRequest['kind'];
  name?: string;
  namespace?: string;
  operation: string;
  userInfo: { username: string; groups: string[] };
  object: { kind: string; metadata: Record<string, unknown>; spec?: Record<string, unknown> } | null;
  oldObject: ReviewRequest['object'];
  dryRun: boolean;
  options: Record<string, unknown> | null;
}

/** What a webhook says: the response of the review; or whatever it does with the connection. */
export type Say =
  | object
  | ((request: ReviewRequest) => object)
  | { raw: (request: ReviewRequest, response: ServerResponse, http: IncomingMessage) => void };

export interface TestWebhook {
  /** What it was asked, oldest first. */
  asked: ReviewRequest[];
  clientConfig: { url: string; caBundle: string };
  address: { host: string; port: number };
}

/** A webhook of a test file: over TLS, on a free port. `say` may be told by each path: `/x` is answered with `say.x`. */
export async function webhookOfFile(
  say: Readonly<Record<string, Say>>,
): Promise<TestWebhook & { at(path: string): TestWebhook['clientConfig'] }> {
  const asked: ReviewRequest[] = [];
  const server = await startWebhookServer(
    loopbackNetwork(),
    (http, response, body) => {
      const review = JSON.parse(body) as { apiVersion: string; request: ReviewRequest };
      asked.push(review.request);
      const said = say[http.url?.slice(1).split('?', 1)[0] ?? ''] ?? { allowed: true };
      if ('raw' in said) return said.raw(review.request, response, http);
      const given = typeof said === 'function' ? said(review.request) : said;
      response.writeHead(200, { 'content-type': 'application/json' });
      const answer = { uid: review.request.uid, allowed: true, ...given };
      response.end(JSON.stringify({ kind: 'AdmissionReview', apiVersion: review.apiVersion, response: answer }));
    },
    { names: ['hook.hooks.svc'], addresses: ['127.0.0.1'] },
  );
  afterAll(() => server[Symbol.asyncDispose]());
  const { caBundle, address } = server;
  const at = (path: string) => ({ url: `https://127.0.0.1:${address.port}/${path}`, caBundle });
  return { asked, address, clientConfig: at(''), at };
}

/** The fields of a response that patches. */
export const patching = (...operations: object[]): { patchType: string; patch: string } => ({
  patchType: 'JSONPatch',
  patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
});

export type Kind = 'mutating' | 'validating';

const pathOf = (kind: Kind) => `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations`;

/** Configures webhooks for what the callback does; each is about Pods and ConfigMaps of every namespace unless it says otherwise. */
export async function withWebhooks(
  admin: HttpsClient,
  kind: Kind,
  webhooks: object[],
  run: () => Promise<void>,
  name = 'w',
): Promise<void> {
  const rules = [{ operations: ['*'], apiGroups: [''], apiVersions: ['*'], resources: ['configmaps', 'pods'] }];
  const common = { sideEffects: 'None', admissionReviewVersions: ['v1'], rules };
  const all = webhooks.map((webhook, i) => ({ name: `w${i}.example.com`, ...common, ...webhook }));
  const made = await admin.post(pathOf(kind), { metadata: { name }, webhooks: all });
  if (made.code !== 201) throw new Error(made.text);
  try {
    await run();
  } finally {
    await admin.delete(`${pathOf(kind)}/${name}`);
  }
}
