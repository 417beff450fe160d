import { parseLabelSelector } from '@kubernats/apimachinery';
import { expect, test } from 'vitest';
import { pod } from './fixtures.ts';
import { matchLabelsOf, TargetSelectors } from './selectors.ts';

test('Pods find the autoscalers whose targets select them, as they are now', () => {
  const selectors = new TargetSelectors();
  const pods = [pod('web-0'), pod('web-1')];
  selectors.set('default/a', 'default', parseLabelSelector('app=web'));
  selectors.set('default/b', 'default', parseLabelSelector('app in (web,shop)'));
  selectors.set('default/c', 'default', parseLabelSelector('app=shop'));
  selectors.set('other/a', 'other', parseLabelSelector('app=web'));
  expect(selectors.selecting(pods)).toEqual(['default/a', 'default/b']);
  selectors.set('default/b', 'default', parseLabelSelector('app=web,tier=front'));
  selectors.set('default/c', 'default', parseLabelSelector('app=web'));
  expect(selectors.selecting(pods)).toEqual(['default/a', 'default/c']);
  selectors.delete('default/a');
  selectors.delete('default/a');
  expect(selectors.selecting(pods)).toEqual(['default/c']);
  expect(selectors.selecting([])).toEqual([]);
});

test('the labels of a selector', () => {
  expect(matchLabelsOf(parseLabelSelector('a=b,c!=d,e,f in (g,h)'))).toEqual({ a: 'b' });
});
