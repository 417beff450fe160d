import { describe, expect, test } from 'vitest';
import type { Event } from '../history/entries.ts';
import { converged } from './converged.ts';
import { an, historyOf, state } from './history.fixture.ts';

const web = an('Deployment', 'chaos/web', 1);
const pod = an('Pod', 'chaos/web-1', 2);
const scaled = (replicas: number): Event => ({ what: 'step', action: { activity: 'deployments', verb: 'scale', name: 'web', replicas } });
const check = (...events: Event[]): readonly string[] => converged.check(historyOf(...events)).wrong;

describe('all Deployments and StatefulSets converged', () => {
  test('green: as many Pods as the last step asked for, all ready', () => {
    expect(check(scaled(3), scaled(1), state(web, pod))).toEqual([]);
  });

  test('green: the same of a StatefulSet', () => {
    expect(check(state(web, pod, an('StatefulSet', 'chaos/ordinal', 1), an('Pod', 'chaos/ordinal-0', 2)))).toEqual([]);
  });

  const bad: Record<string, [Event[], RegExp]> = {
    'there is no Deployment': [[state(pod)], /there are no Deployments/],
    'a step had no effect': [[scaled(3), state(web, pod)], /3 replicas were asked for, and its spec says 1/],
    'its controller has not seen it': [[state(an('Deployment', 'chaos/web', 1, { generation: 2 }), pod)], /generation 2, observed 1/],
    'a Pod is not ready': [[state(web, an('Pod', 'chaos/web-1', 2, { ready: false, phase: 'Pending' }))], /web-1 is Pending and not ready/],
    'a Pod is missing': [[state(web)], /1 wanted, 0 Pods/],
    'a Pod is too many': [[state(web, pod, an('Pod', 'chaos/web-2', 3))], /1 wanted, 2 Pods: chaos\/web-1, chaos\/web-2/],
    'it says that one is not ready': [[state(an('Deployment', 'chaos/web', 1, { ready: 0 }), pod)], /1 up to date, 0 ready/],
    'a Pod of a StatefulSet is missing': [
      [state(web, pod, an('StatefulSet', 'chaos/ordinal', 1))],
      /StatefulSet chaos\/ordinal: 1 wanted, 0 Pods/,
    ],
    'it says that one is out of date': [[state(an('Deployment', 'chaos/web', 1, { updated: 0 }), pod)], /0 up to date, 1 ready/],
  };
  test.each(Object.entries(bad))('red: %s', (_, [events, wrong]) => {
    expect(check(...events)).toEqual([expect.stringMatching(wrong)]);
  });
});
