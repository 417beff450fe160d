import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['500ms', 500],
  ['15s', 15_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['', undefined],
  ['15', undefined],
  ['15s ', undefined],
  ['-1s', undefined],
  ['1d', undefined],
])('%s', (text, ms) => expect(parseDuration(text)).toBe(ms));
