import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@kubernats/testing/real-cluster';
import { expect, test } from 'vitest';
import { missingPrograms } from './support/clients.ts';
import { page } from './support/page.ts';
import { RESULTS, readResults } from './support/results.ts';

const PAGE = join(ROOT, 'docs/compatibility.md');

const missing = missingPrograms();
const incomplete = !existsSync(RESULTS) || missing.length > 0;

test.skipIf(incomplete)(
  `R1: docs/compatibility.md says what this run found${incomplete ? `: not all ran (${missing.join(', ')})` : ''}`,
  () => {
    const found = page(readResults());
    if (process.env.KUBERNATS_COMPATIBILITY === 'write') writeFileSync(PAGE, found);
    const told = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
    expect(told, 'what is told and what was found differ: npm run compatibility writes the page anew').toBe(found);
  },
);
