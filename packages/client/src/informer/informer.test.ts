import { type Pod, Pods } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import type { ApiTransport, FollowSink } from '../transport.ts';
import { createInformer } from './informer.ts';
import { createInformerSet } from './informer-set.ts';

const pod = (name: string, resourceVersion: string, nodeName?: string, uid = name): Pod => ({
  metadata: { name, namespace: 'default', resourceVersion, uid },
  spec: { containers: [], nodeName },
});

/** A transport whose follower is moved by hand. */
function byHand() {
  const sinks: FollowSink[] = [];
  const transport: ApiTransport = {
    request: () => Promise.reject(new Error('not asked')),
    follow(_target, sink, signal) {
      sinks.push(sink);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  return { transport, sinks };
}

function running() {
  const { transport, sinks } = byHand();
  const errors: unknown[] = [];
  const byNode = (object: Pod) => (object.spec?.nodeName ? [object.spec.nodeName] : []);
  const informer = createInformer({ transport, target: Pods, indexers: { node: byNode }, onError: (error) => errors.push(error) });
  const stop = new AbortController();
  const done = informer.run(stop.signal);
  const [sink] = sinks;
  if (!sink) throw new Error('nobody follows');
  const seen: string[] = [];
  const name = (object: Pod) => `${object.metadata?.name}@${object.metadata?.resourceVersion}`;
  const handler = {
    add: (object: Pod) => seen.push(`add ${name(object)}`),
    update: (object: Pod, old: Pod) => seen.push(`update ${name(old)} ${name(object)}`),
    delete: (object: Pod) => seen.push(`delete ${name(object)}`),
  };
  informer.addHandler(handler);
  return { informer, sink, seen, stop, done, errors, handler };
}

describe('an informer', () => {
  test('is synced by the first whole set, after its handlers ran', async () => {
    const { informer, sink, seen } = running();
    expect(informer.hasSynced).toBe(false);
    sink.replace([pod('a', '1'), pod('b', '2')], '2');
    await informer.synced;
    expect(seen).toEqual(['add a@1', 'add b@2']);
    expect(informer.get('a', 'default')?.metadata?.resourceVersion).toBe('1');
    expect(informer.list('default')).toHaveLength(2);
    expect(informer.list('other')).toEqual([]);
  });

  test('a new whole set is told as what differs', () => {
    const { sink, seen } = running();
    sink.replace([pod('a', '1'), pod('b', '2'), pod('c', '3')], '3');
    seen.length = 0;
    sink.replace([pod('a', '1'), pod('b', '5'), pod('d', '6')], '6');
    expect(seen).toEqual(['update b@2 b@5', 'add d@6', 'delete c@3']);
  });

  test('an object that was deleted and created again unseen is told as two objects', () => {
    const { sink, seen } = running();
    sink.replace([pod('a', '1', undefined, 'first')], '1');
    sink.changed('MODIFIED', pod('a', '9', undefined, 'second'));
    expect(seen).toEqual(['add a@1', 'delete a@1', 'add a@9']);
  });

  test('indexes follow every change', () => {
    const { informer, sink } = running();
    sink.replace([pod('a', '1'), pod('b', '2', 'node1')], '2');
    const names = (node: string) => informer.byIndex('node', node).map((object) => object.metadata?.name);
    expect(names('node1')).toEqual(['b']);
    sink.changed('MODIFIED', pod('a', '3', 'node1'));
    sink.changed('MODIFIED', pod('b', '4', 'node2'));
    expect([names('node1'), names('node2')]).toEqual([['a'], ['b']]);
    sink.changed('DELETED', pod('a', '5', 'node1'));
    expect(names('node1')).toEqual([]);
    expect(informer.countByIndex('node', 'node2')).toBe(1);
    expect(() => informer.byIndex('zone', 'a')).toThrow('the informer for pods has no index zone');
  });

  test('an index that is added late knows what is there', () => {
    const { informer, sink } = running();
    sink.replace([pod('a', '1', 'node1')], '1');
    informer.addIndex('uid', (object) => [object.metadata?.uid ?? '']);
    expect(informer.byIndex('uid', 'a')).toHaveLength(1);
  });

  test('objects are shared, so nobody may change them', () => {
    const { informer, sink } = running();
    sink.replace([pod('a', '1')], '1');
    const spec = informer.byKey('default/a')?.spec;
    expect(() => {
      if (spec) spec.nodeName = 'elsewhere';
    }).toThrow(TypeError);
  });

  test('a handler that throws harms nobody', () => {
    const { informer, sink, seen, errors } = running();
    informer.addHandler({
      add() {
        throw new Error('broken handler');
      },
    });
    informer.addHandler({ add: () => seen.push('after') });
    sink.replace([pod('a', '1')], '1');
    expect(seen).toEqual(['add a@1', 'after']);
    expect(errors).toEqual([new Error('broken handler')]);
  });

  test('a handler that comes late is told of what is there, and one that left is not told any more', () => {
    const { informer, sink, seen } = running();
    sink.replace([pod('a', '1')], '1');
    seen.length = 0;
    const remove = informer.addHandler({ add: (object) => seen.push(`late ${object.metadata?.name}`) });
    remove();
    sink.changed('ADDED', pod('b', '2'));
    expect(seen).toEqual(['late a', 'add b@2']);
  });

  test('stops following when the signal aborts', async () => {
    const { stop, done } = running();
    stop.abort();
    await done;
  });
});

describe('the informers of a process', () => {
  test('one informer serves all who ask for the same target', () => {
    const { transport, sinks } = byHand();
    const set = createInformerSet(transport);
    const all = set.of(Pods);
    expect(set.of(Pods)).toBe(all);
    expect(set.of(Pods, { namespace: 'default' })).not.toBe(all);
    void set.run(new AbortController().signal);
    expect(sinks).toHaveLength(2);
    set.of(Pods, { fieldSelector: 'spec.nodeName=node1' });
    expect(sinks).toHaveLength(3);
  });

  test('keeps only a part of the objects of a kind, for all who ask', () => {
    const { transport, sinks } = byHand();
    const set = createInformerSet(transport);
    set.keepOnly(Pods, ({ metadata }) => ({ metadata }));
    const pods = set.of(Pods);
    void set.run(new AbortController().signal);
    sinks[0]?.replace([pod('a', '1')], '1');
    expect(pods.list()).toEqual([{ metadata: pod('a', '1').metadata }]);
    expect(() => set.keepOnly(Pods, (object) => object)).toThrow('there is an informer for whole pods already');
  });

  test('says which targets it waits for', async () => {
    const { transport, sinks } = byHand();
    const set = createInformerSet(transport);
    set.of(Pods);
    void set.run(new AbortController().signal);
    expect(set.waitingFor()).toEqual(['pods']);
    sinks[0]?.replace([], '1');
    await set.synced();
    expect(set.waitingFor()).toEqual([]);
  });
});
