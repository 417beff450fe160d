import { expect, test } from 'vitest';
import { OwnWrites } from './own-writes.ts';

test('a key is seen when the informer has come as far as the newest write for it', () => {
  let revision = 5;
  const writes = new OwnWrites({ hasSeen: (wanted) => revision >= Number(wanted) });
  expect(writes.seen('a')).toBe(true);
  for (const resourceVersion of ['7', '9', '8']) writes.wrote('a', { metadata: { resourceVersion } });
  revision = 8;
  expect([writes.seen('a'), writes.seen('b')]).toEqual([false, true]);
  revision = 10;
  expect(writes.seen('a')).toBe(true);
});
