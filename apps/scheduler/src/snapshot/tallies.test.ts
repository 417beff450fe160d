import type { Node } from '@kubernats/api';
import { describe, expect, test } from 'vitest';
import type { TallyOf } from './domain-tally.ts';
import { podInfoOf } from './pod-info.ts';
import { Snapshot } from './snapshot.ts';
import { NO_DOMAIN } from './topology.ts';

const node = (name: string, zone?: string): Node => ({ metadata: { name, labels: zone === undefined ? {} : { zone } } });
const pod = (name: string, app: string) => podInfoOf({ metadata: { name, labels: { app } }, spec: { containers: [] } });
const apps = (app: string): TallyOf => ({
  key: app,
  topologyKey: 'zone',
  label: { key: 'app', value: app },
  counts: (info) => info.pod.metadata?.labels?.app === app,
});

/** How many Pods and nodes there are in each node's domain. */
function seen(snapshot: Snapshot, of: TallyOf) {
  const { topology, podsByDomain, nodesByDomain } = snapshot.tallies.of(of);
  return snapshot.nodes.map(({ node }) => {
    const domain = topology.of(node);
    return domain === NO_DOMAIN ? undefined : { pods: podsByDomain[domain], nodes: nodesByDomain[domain] };
  });
}

describe('tallies', () => {
  test('follow Pods, and nodes that change their domain, come and go', () => {
    const snapshot = new Snapshot();
    snapshot.setNode(node('node1', 'a'));
    snapshot.setNode(node('node2', 'b'));
    expect(seen(snapshot, apps('web'))).toEqual([
      { pods: 0, nodes: 1 },
      { pods: 0, nodes: 1 },
    ]);
    snapshot.place(pod('one', 'web'), 'node1');
    snapshot.place(pod('two', 'web'), 'node2');
    snapshot.place(pod('three', 'other'), 'node2');
    snapshot.setNode(node('node2', 'a'));
    expect(seen(snapshot, apps('web'))).toEqual([
      { pods: 2, nodes: 2 },
      { pods: 2, nodes: 2 },
    ]);
    // A domain of another name takes the number of one that is gone, and nothing of what was counted there.
    snapshot.setNode(node('node2', 'c'));
    snapshot.remove(pod('two', 'web').key);
    snapshot.setNode(node('node1'));
    expect(seen(snapshot, apps('web'))).toEqual([undefined, { pods: 0, nodes: 1 }]);
    snapshot.setNode(node('node1', 'd'));
    snapshot.removeNode('node2');
    expect(seen(snapshot, apps('web'))).toEqual([{ pods: 1, nodes: 1 }]);
  });

  test('one that was given up is right when it is asked for again', () => {
    const snapshot = new Snapshot();
    snapshot.setNode(node('node1', 'a'));
    seen(snapshot, apps('web'));
    for (let i = 0; i < 600; i++) seen(snapshot, { ...apps(`app${i}`), topologyKey: 'rack' });
    snapshot.place(pod('one', 'web'), 'node1');
    snapshot.setNode(node('node1', 'b'));
    expect(seen(snapshot, apps('web'))).toEqual([{ pods: 1, nodes: 1 }]);
  });
});
