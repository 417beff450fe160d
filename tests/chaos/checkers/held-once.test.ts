import { describe, expect, test } from 'vitest';
import type { Event } from '../history/entries.ts';
import { heldOnce } from './held-once.ts';
import { added, an, deleted, historyOf, listed, modified, state } from './history.fixture.ts';

const a = an('Pod', 'a', 1, { ip: '10.0.0.1' });
const b = an('Pod', 'b', 2, { ip: '10.0.0.1' });
const check = (...events: Event[]): readonly string[] => heldOnce.check(historyOf(...events)).wrong;

describe('held once', () => {
  const good: Record<string, Event[]> = {
    'an address is given again when its Pod has gone': [added(a), deleted(a), added(b)],
    'an address is given again when its Pod has ended': [added(a), modified({ ...a, phase: 'Succeeded' } as typeof a), added(b)],
    'a Pod changes and keeps its address': [added(a), modified(a), listed('Pod', 5, a), state(a)],
    'a list tells that the first one has gone': [added(a), listed('Pod', 5, b)],
    'a Service and a Pod are no rivals': [added(a), added(an('Service', 's', 2, { clusterIP: '10.0.0.1' }))],
    'a disk is attached to another node when it is free': [
      added(an('VolumeAttachment', 'x', 1)),
      deleted(an('VolumeAttachment', 'x', 2)),
      added(an('VolumeAttachment', 'y', 3, { node: 'node2' })),
    ],
  };
  test.each(Object.entries(good))('green: %s', (_, events) => expect(check(...events)).toEqual([]));

  const bad: Record<string, [Event[], string]> = {
    'two Pods have one address for a moment': [[added(a), added(b), deleted(b)], 'Pod IP 10.0.0.1'],
    'two Pods have one address at the end': [[state(a, b)], 'Pod IP 10.0.0.1'],
    'two Pods have one address in a list': [[listed('Pod', 5, a, b)], 'Pod IP 10.0.0.1'],
    'a Pod of the same name has the address of the one before that is still there': [
      [added(a), added(an('Pod', 'a', 3, { uid: 'another', ip: '10.0.0.1' }))],
      'Pod IP 10.0.0.1',
    ],
    'two Services have one cluster IP': [
      [added(an('Service', 's', 1, { clusterIP: '10.96.0.1' })), added(an('Service', 't', 2, { clusterIP: '10.96.0.1' }))],
      'cluster IP 10.96.0.1',
    ],
    'two Services have one node port': [
      [added(an('Service', 's', 1, { nodePorts: [30001] })), added(an('Service', 't', 2, { nodePorts: [30002, 30001] }))],
      'node port 30001',
    ],
    'two nodes have one range': [
      [added(an('Node', 'n', 1, { podCidr: '10.244.0.0/24' })), added(an('Node', 'm', 2, { podCidr: '10.244.0.0/24' }))],
      'range of Pod IPs 10.244.0.0/24',
    ],
    'two claims have one volume': [
      [added(an('PersistentVolumeClaim', 'c', 1, { volume: 'v' })), added(an('PersistentVolumeClaim', 'd', 2, { volume: 'v' }))],
      'volume v',
    ],
    'one claim has two volumes': [
      [added(an('PersistentVolume', 'v', 1, { claim: 'c' })), added(an('PersistentVolume', 'w', 2, { claim: 'c' }))],
      'claim c',
    ],
    'a disk is attached to two nodes': [
      [added(an('VolumeAttachment', 'x', 1)), added(an('VolumeAttachment', 'y', 2, { node: 'node2' }))],
      'disk disk',
    ],
  };
  test.each(Object.entries(bad))('red: %s', (_, [events, wrong]) => {
    expect(check(...events)).toEqual([expect.stringMatching(new RegExp(`^${wrong}: .* has it, and so has`))]);
  });
});
