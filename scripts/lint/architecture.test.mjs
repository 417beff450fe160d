import { ESLint } from 'eslint';
import { beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../lib/paths.mjs';

let eslint;
beforeAll(() => {
  eslint = new ESLint({ cwd: ROOT });
});

const lint = async (filePath, code) => (await eslint.lintText(code, { filePath }))[0].messages.map((message) => message.ruleId);

describe('the direction of dependency', () => {
  test.each([
    ['a package imports to its right', 'packages/errors/src/x.ts', "import { a } from '@kubernats/store';"],
    ['a package imports an app', 'packages/client/src/x.ts', "import { a } from '@kubernats/apiserver';"],
    ['two packages of one row import each other', 'packages/errors/src/x.ts', "import { a } from '@kubernats/clock';"],
    ['an adapter imports to its right', 'packages/bus/src/adapters/x.ts', "import { a } from '@kubernats/runtime';"],
    ['an app imports an app', 'apps/scheduler/src/x.ts', "import { a } from '@kubernats/apiserver';"],
    ['an app ships the test helpers', 'apps/scheduler/src/x.ts', "import { a } from '@kubernats/testing';"],
  ])('refuses when %s', async (_what, file, code) => {
    expect(await lint(file, `${code}\nexport { a };`)).toEqual(['@typescript-eslint/no-restricted-imports']);
  });

  test('allows what points to the left', async () => {
    expect(await lint('packages/client/src/x.ts', "import { a } from '@kubernats/bus';\nexport { a };")).toEqual([]);
    expect(await lint('apps/scheduler/src/x.ts', "import { a } from '@kubernats/client';\nexport { a };")).toEqual([]);
  });
});

describe('the machine is touched by adapters only', () => {
  const violations = [
    ['Date.now', 'export const x = Date.now();', 'no-restricted-properties'],
    ['new Date()', 'export const x = new Date();', 'no-restricted-syntax'],
    ['Math.random', 'export const x = Math.random();', 'no-restricted-properties'],
    ['crypto.randomUUID', 'export const x = crypto.randomUUID();', 'no-restricted-properties'],
    ['randomUUID of node:crypto', "import { randomUUID } from 'node:crypto';\nexport { randomUUID };", 'no-restricted-syntax'],
    ['AbortSignal.timeout', 'export const x = AbortSignal.timeout(1);', 'no-restricted-properties'],
    ['setTimeout', 'setTimeout(() => {}, 1);', 'no-restricted-globals'],
    ['setInterval', 'setInterval(() => {}, 1);', 'no-restricted-globals'],
    ['setImmediate', 'setImmediate(() => {});', 'no-restricted-globals'],
    ['performance.now', 'export const x = performance.now();', 'no-restricted-globals'],
    ['fetch', "export const x = fetch('http://x');", 'no-restricted-globals'],
    ['process.env', 'export const x = process.env.X;', 'no-restricted-globals'],
    ['node:net', "import { connect } from 'node:net';\nexport { connect };", '@typescript-eslint/no-restricted-imports'],
    ['fs without its prefix', "import { readFile } from 'fs';\nexport { readFile };", '@typescript-eslint/no-restricted-imports'],
    ['node:child_process', "import { spawn } from 'node:child_process';\nexport { spawn };", '@typescript-eslint/no-restricted-imports'],
    ['a dynamic import of node:http', "export const x = import('node:http');", 'no-restricted-syntax'],
  ];

  test.each(violations)('%s is refused in a package and in an app', async (_what, code, rule) => {
    expect(await lint('packages/client/src/x.ts', code)).toEqual([rule]);
    expect(await lint('apps/scheduler/src/x.ts', code)).toEqual([rule]);
  });

  test.each(violations)('%s is allowed in an adapter, in main.ts and in the cli', async (_what, code) => {
    expect(await lint('packages/bus/src/adapters/x.ts', code)).toEqual([]);
    expect(await lint('apps/scheduler/src/main.ts', code)).toEqual([]);
    expect(await lint('apps/cli/src/x.ts', code)).toEqual([]);
  });

  test('types of such modules are free, and so is a Date made from a number', async () => {
    expect(await lint('packages/client/src/x.ts', "import type { Socket } from 'node:net';\nexport type X = Socket;")).toEqual([]);
    expect(await lint('packages/client/src/x.ts', 'export const x = (ms: number) => new Date(ms).toISOString();')).toEqual([]);
  });
});

test('what differs between kinds is not decided by a switch', async () => {
  const code = "export function f(object: { kind: string }) { switch (object.kind) { case 'Pod': return 1; default: return 2; } }";
  expect(await lint('apps/apiserver/src/x.ts', code)).toEqual(['no-restricted-syntax']);
});
