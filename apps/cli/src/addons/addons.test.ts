import { expect, test } from 'vitest';
import { addonNamed, withAddon } from './addons.ts';

test('an unknown add-on is refused with the names there are', () => {
  expect(addonNamed('load-balancer')).toBe('load-balancer');
  for (const name of ['', 'ingress', '__proto__', 'constructor']) expect(() => addonNamed(name)).toThrow('There are: load-balancer');
});

test('what is there already, or is not there, changes nothing', () => {
  expect(withAddon(undefined, 'load-balancer', true)).toEqual(['load-balancer']);
  expect(withAddon(['load-balancer'], 'load-balancer', true)).toEqual(['load-balancer']);
  expect(withAddon(['load-balancer'], 'load-balancer', false)).toEqual([]);
  expect(withAddon(undefined, 'load-balancer', false)).toEqual([]);
});
