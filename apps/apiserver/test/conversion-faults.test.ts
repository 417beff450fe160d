// Conversion webhooks that answer wrongly, late or not at all.
import { type Clock, realClock } from '@kubernats/clock';
import { describe, expect, test } from 'vitest';
import { LISTED_AGE_MS } from '../src/conversion/row-conversion.ts';
import { clusterOfFile } from './support/cluster-of-file.ts';
import {
  answer,
  conversionWebhookOfFile,
  first,
  type Review,
  rebuilt,
  rightly,
  type Server,
  second,
  servers,
} from './support/conversion.ts';

/** Webhooks that have not answered in time; in a test nobody waits for that. */
const overdue = new Set<() => void>();
let aheadMs = 0;
const clock: Clock = {
  ...realClock,
  monotonic: () => realClock.monotonic() + aheadMs,
  setTimer(ms, run) {
    if (ms !== 30_000) return realClock.setTimer(ms, run);
    overdue.add(run);
    return { cancel: () => void overdue.delete(run) };
  },
};

const cluster = await clusterOfFile({ clock });
const { admin } = cluster.door;
const webhook = await conversionWebhookOfFile();

const changed = (change: (object: Server) => unknown) =>
  answer((review) => ({ ...rightly(review), convertedObjects: rightly(review).convertedObjects.map(change) }));
const withMeta = (metadata: object) => changed((object) => ({ ...object, metadata: { ...object.metadata, ...metadata } }));

/** What a webhook answers, and what a request fails with behind `conversion webhook for …, Kind=Server `. */
const RUBBISH: Readonly<Record<string, [(review: Review) => unknown, string]>> = {
  text: [() => 'hello', "failed: couldn't get version/kind; json parse error: invalid character 'h' looking for beginning of value"],
  'another kind': [
    () => ({ kind: 'Pod', apiVersion: 'v1' }),
    'failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got v1, Kind=Pod',
  ],
  'no response': [answer(() => undefined), 'failed: no response provided'],
  'another uid': [answer((review) => ({ ...rightly(review), uid: 'x' })), 'failed: expected response.uid='],
  refusal: [answer(({ request: { uid } }) => ({ uid, result: { status: 'Failure', message: 'not today' } })), 'failed: not today'],
  'no result': [answer(({ request: { uid } }) => ({ uid })), "failed: response.result.status was '', not 'Success'"],
  'fewer objects': [answer((review) => ({ ...rightly(review), convertedObjects: [] })), 'returned 0 objects, expected 1'],
  'no object': [changed(() => 1), 'returned invalid converted object'],
  'another version': [
    changed((object) => ({ ...object, apiVersion: 'v3' })),
    'returned invalid object at index 0: invalid groupVersion (expected ',
  ],
  'another kind of object': [
    changed((object) => ({ ...object, kind: 'Pod' })),
    'returned invalid object at index 0: invalid kind (expected Server, received Pod)',
  ],
  'another name': [withMeta({ name: 'x' }), 'returned invalid object: must have the same name: a != x'],
  'another uid of the object': [withMeta({ uid: 'x' }), 'returned invalid object: must have the same UID: '],
  'another namespace': [withMeta({ namespace: 'x' }), 'returned invalid object: must have the same namespace: '],
  'labels that are none': [
    withMeta({ labels: { a: 1 } }),
    'returned invalid metadata: metadata.labels[a] must be a string, but is int64 in converted object',
  ],
  'wrong labels': [withMeta({ labels: { '-': 'x' } }), 'returned invalid metadata: metadata.labels: Invalid value: "-"'],
};

describe('R1: a conversion webhook that answers', async () => {
  const { group, v1, v2 } = await servers(cluster, webhook);
  await admin.post(v1, first(group, 'a'));

  test.each(Object.entries(RUBBISH))('%s fails reads and writes, and nothing is written', async (_name, [answers, why]) => {
    webhook.say = answers;
    for (const answer of [await admin.get(`${v2}/a`), await admin.get(v2), await admin.patch(`${v2}/a`, { spec: { port: 5 } })]) {
      expect(answer.status()).toMatchObject({ status: 'Failure', code: 500 });
      expect(answer.status().message).toContain(`conversion webhook for ${group}/v1, Kind=Server ${why}`);
    }
    expect((await admin.post(v2, second(group, 'b'))).status().message).toContain(`conversion webhook for ${group}/v2, Kind=Server `);
    expect((await admin.get(v1)).json<{ items: Server[] }>().items.map(({ spec }) => spec.address)).toEqual(['a:1']);
  });

  test('other metadata than labels and annotations changes nothing of it', async () => {
    webhook.say = withMeta({ generation: 99, finalizers: ['x/y'], labels: { seen: 'yes' } });
    const { metadata } = (await admin.get(`${v2}/a`)).json<Server>();
    expect(metadata).toMatchObject({ generation: 1, labels: { seen: 'yes' } });
    expect(metadata).not.toHaveProperty('finalizers');
  });
});

describe('R1: a conversion webhook that fails', () => {
  test('by hanging is not waited for longer than 30 seconds', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    webhook.say = () => undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    webhook.wasAsked = resolve;
    const answer = admin.get(`${v2}/a`);
    await promise;
    for (const run of [...overdue]) run();
    const { address } = webhook.server;
    expect((await answer).status().message).toBe(
      `conversion webhook for ${group}/v1, Kind=Server failed: Post "https://127.0.0.1:${address.port}/convert?timeout=30s": context deadline exceeded`,
    );
    webhook.say = undefined;
    expect((await admin.get(`${v2}/a`)).code).toBe(200);
  });

  test('takes nothing from lists of what it has made before; when it works again it is asked', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    const listed = async () => (await admin.get(v2)).json<{ items: Server[] }>().items.map(({ spec }) => spec.host);
    expect(await listed()).toEqual(['a']);
    webhook.say = rebuilt('.new');
    expect(await listed()).toEqual(['a']);
    aheadMs += LISTED_AGE_MS + 1;
    webhook.say = () => 'hello';
    expect(await listed()).toEqual(['a']);
    expect((await admin.get(`${v2}/a`)).code).toBe(500);
    webhook.say = rebuilt('.new');
    expect(await listed()).toEqual(['a.new']);
  });

  test('does not hold up writes in the version in which objects are kept', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    await admin.patch(`${v2}/a`, { spec: { port: 5 } });
    webhook.say = () => 'hello';
    const written = (await admin.patch(`${v1}/a`, { spec: { address: 'a:7' } })).json<Server>();
    expect(written.spec.address).toBe('a:7');
    expect(written.metadata).not.toHaveProperty('managedFields');
    expect((await admin.get(`${v2}/a`)).code).toBe(500);
  });

  test('ends watches with the error, and they go on when it works again', async () => {
    const { group, v1, v2 } = await servers(cluster, webhook);
    await admin.post(v1, first(group, 'a'));
    const watch = await admin.watch(`${v2}?watch=1`);
    expect(await watch.take(1)).toEqual(['ADDED a']);
    webhook.say = answer(({ request: { uid } }) => ({ uid, result: { status: 'Failure', message: 'broken' } }));
    const made = (await admin.post(v1, first(group, 'b'))).json<Server>();
    expect(await watch.next()).toMatchObject({ type: 'ERROR', object: { code: 500, message: expect.stringContaining('failed: broken') } });
    expect(await watch.next()).toBeUndefined();
    const none = await admin.watch(`${v2}?watch=1`);
    expect(await none.take(2)).toEqual(['ERROR', 'END']);
    webhook.say = undefined;
    const again = await admin.watch(`${v2}?watch=1&resourceVersion=${Number(made.metadata?.resourceVersion) - 1}`);
    expect(await again.take(1)).toEqual(['ADDED b']);
    again.close();
  });
});
