import { describe, expect, test } from 'vitest';
import type { Inventory } from '../history/inventory.ts';
import { an, historyOf, state } from './history.fixture.ts';
import { orphans } from './orphans.ts';

const OBJECTS = state(
  an('Pod', 'chaos/a', 1, { uid: 'uid-a', node: 'node1', ip: '10.0.0.1' }),
  an('Pod', 'chaos/done', 1, { uid: 'uid-done', node: 'node1', ip: '10.0.0.2', phase: 'Succeeded' }),
  an('Service', 'chaos/s', 1, { clusterIP: '10.96.0.1', nodePorts: [30001] }),
  an('PersistentVolume', 'pv', 1),
);
const NOTHING: Inventory = { podSockets: [], serviceSockets: [], nodePorts: [], podFolders: [], mounts: [], storage: [] };
const check = (inventory: Partial<Inventory>, things: string[] = []): readonly string[] =>
  orphans.check(historyOf(OBJECTS, { what: 'inventory', inventory: { ...NOTHING, ...inventory } }, { what: 'left', things })).wrong;

describe('no orphaned sockets, processes or folders', () => {
  test('green: each belongs to an object', () => {
    expect(
      check({
        podSockets: [{ ip: '10.0.0.1', port: 80 }],
        serviceSockets: [{ ip: '10.96.0.1', port: 80 }],
        nodePorts: [{ node: 'node1', port: 30001 }],
        podFolders: [{ node: 'node1', uid: 'uid-a' }],
        mounts: [{ node: 'node1', volume: 'pv', pods: ['uid-a'] }],
        storage: [{ volume: 'pv', where: 'node1' }],
      }),
    ).toEqual([]);
  });

  const bad: Record<string, [Partial<Inventory>, RegExp]> = {
    'a socket of a Pod that is not there': [{ podSockets: [{ ip: '10.0.0.9', port: 80 }] }, /^socket 10.0.0.9:80 of no Pod/],
    'a socket of a Pod that has ended': [{ podSockets: [{ ip: '10.0.0.2', port: 80 }] }, /^socket 10.0.0.2:80 of no Pod/],
    'a socket of a Service that is not there': [{ serviceSockets: [{ ip: '10.96.0.9', port: 80 }] }, /^socket 10.96.0.9:80 of no Service/],
    'a node port of a Service that is not there': [{ nodePorts: [{ node: 'node1', port: 30009 }] }, /^node port 30009 of node1/],
    'a folder of a Pod that is not there': [{ podFolders: [{ node: 'node1', uid: 'x' }] }, /^folder on node1 of no Pod: x/],
    'a folder of a Pod that is elsewhere': [{ podFolders: [{ node: 'node2', uid: 'uid-a' }] }, /^folder on node2 of no Pod: uid-a/],
    'a mount of a Pod that is not there': [{ mounts: [{ node: 'node1', volume: 'pv', pods: ['uid-a', 'x'] }] }, /^mount on node1 of pv/],
    'a mount of nobody': [{ mounts: [{ node: 'node1', volume: 'pv', pods: [] }] }, /^mount on node1 of pv/],
    'storage of a volume that is not there': [{ storage: [{ volume: 'x', where: 'node1' }] }, /^storage of no volume: x/],
  };
  test.each(Object.entries(bad))('red: %s', (_, [inventory, wrong]) => {
    expect(check(inventory)).toEqual([expect.stringMatching(wrong)]);
  });

  test('red: something is there after the end of the cluster', () => {
    expect(check({}, ['process 7: nats-server'])).toEqual(['after the end: process 7: nats-server']);
  });
  test('red: nobody looked', () => {
    expect(orphans.check(historyOf(OBJECTS)).wrong).toEqual(['nothing was looked at']);
  });
});
