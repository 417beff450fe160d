import type { KubeObject } from '@kubernats/api';
import { labelSelectorOf } from '@kubernats/apimachinery';
import { expect, test } from 'vitest';
import { claim } from './claim.ts';

const owner: KubeObject = { metadata: { name: 'owner', uid: 'me' } };
const selector = labelSelectorOf({ matchLabels: { app: 'web' } });
const going = '2026-01-01T00:00:00Z';

function candidate(name: string, app: string, controller?: string, deletionTimestamp?: string): KubeObject {
  const ownerReferences = controller ? [{ apiVersion: 'v1', kind: 'X', name: controller, uid: controller, controller: true }] : undefined;
  return { metadata: { name, labels: { app }, ownerReferences, deletionTimestamp } };
}

const all = [
  candidate('own', 'web', 'me'),
  candidate('strayed', 'other', 'me'),
  candidate('free', 'web'),
  candidate('stranger', 'other'),
  candidate('theirs', 'web', 'them'),
  candidate('own-going', 'web', 'me', going),
  candidate('strayed-going', 'other', 'me', going),
  candidate('free-going', 'web', undefined, going),
];

test.each<[string, KubeObject, typeof selector, { owned: string[]; adopt: string[]; release: string[] }]>([
  ['its own and those nobody has', owner, selector, { owned: ['own', 'free', 'own-going'], adopt: ['free'], release: ['strayed'] }],
  [
    'nothing changes hands while the owner is being deleted',
    { metadata: { ...owner.metadata, deletionTimestamp: going } },
    selector,
    { owned: ['own', 'own-going'], adopt: [], release: [] },
  ],
  [
    'a selector that says nothing adopts nobody',
    owner,
    labelSelectorOf({}),
    { owned: ['own', 'strayed', 'own-going', 'strayed-going'], adopt: [], release: [] },
  ],
])('%s', (_name, who, which, expected) => {
  const names = (objects: KubeObject[]) => objects.map(({ metadata }) => metadata?.name);
  const { owned, adopt, release } = claim(who, which, all);
  expect({ owned: names(owned), adopt: names(adopt), release: names(release) }).toEqual(expected);
});
