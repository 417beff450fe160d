import { expect, test } from 'vitest';
import { SelectorIndex } from './selector-index.ts';

const object = (labels: Record<string, string>, namespace = 'default') => ({ metadata: { name: 'x', namespace, labels } });

test('all that match, of the namespace, and no others', () => {
  const index = new SelectorIndex();
  index.set('a', 'default', { app: 'web' });
  index.set('b', 'default', { app: 'web', tier: 'front' });
  index.set('c', 'default', { tier: 'front' });
  index.set('d', 'shop', { app: 'web' });
  index.set('e', 'default', {});
  const found = (labels: Record<string, string>, namespace?: string) => [...index.matching(object(labels, namespace))].sort();
  expect(found({ app: 'web' })).toEqual(['a']);
  expect(found({ app: 'web', tier: 'front', more: 'x' })).toEqual(['a', 'b', 'c']);
  expect(found({ app: 'web' }, 'shop')).toEqual(['d']);
  expect(found({})).toEqual([]);
  index.set('a', 'default', { app: 'db' });
  index.delete('c');
  expect(found({ app: 'web', tier: 'front' })).toEqual(['b']);
  expect(found({ app: 'db' })).toEqual(['a']);
});

test('thousands that share a label are not looked at for one object', () => {
  const index = new SelectorIndex();
  let looked = 0;
  const counted: ProxyHandler<Record<string, string>> = {
    ownKeys(target) {
      looked++;
      return Reflect.ownKeys(target);
    },
  };
  for (let i = 0; i < 5000; i++) {
    const selector = new Proxy<Record<string, string>>({ instance: 'all', name: `s${i}` }, counted);
    index.set(`s${i}`, 'default', selector);
  }
  looked = 0;
  expect([...index.matching(object({ instance: 'all', name: 's4711' }))]).toEqual(['s4711']);
  expect(looked).toBeLessThan(10);
});
