import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { imageRegistry } from '../sim/registry.ts';
import { BUILT_IN } from './built-in.ts';

const ROOT = new URL('../../../../', import.meta.url);
const text = (path: string): string => readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8');
const manual = text('docs/images.md');

describe('docs/images.md', () => {
  test.each(readdirSync(new URL('examples/images/', ROOT)).filter((name) => name.endsWith('.ts')))('shows %s as it is', (name) => {
    expect(manual).toContain(`\`\`\`ts\n${text(`examples/images/${name}`)}\`\`\`\n`);
  });

  test('lists every built-in image, and no other', () => {
    const table = manual.slice(manual.indexOf('## Built-in images'));
    const rows = [...table.matchAll(/^\| (`.*?) *\|/gm)].map(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    const find = imageRegistry();
    expect(rows.flat().filter((name) => !find(name, [], []).known)).toEqual([]);
    const listed = new Set(rows.flat().map((name) => find(name, [], []).image));
    expect(BUILT_IN.filter((image) => !listed.has(image)).map(({ names }) => names)).toEqual([]);
  });
});

test('no two images claim one name', () => {
  const names = BUILT_IN.flatMap((image) => [...image.names]);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});
