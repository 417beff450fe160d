import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { userFolder } from './user-folder.ts';

const home = mkdtempSync(join(tmpdir(), 'kubernats-folder-'));
mkdirSync(join(home, 'mine'));
afterAll(() => rmSync(home, { recursive: true }));

test.each<[string, string | undefined, string | undefined, NodeJS.ProcessEnv, string | undefined]>([
  ['none was ever named', undefined, undefined, {}, undefined],
  ['the one of the last time', undefined, home, {}, home],
  ['forgotten', '', home, {}, undefined],
  ['where the user typed npm start', 'mine', undefined, { npm_lifecycle_event: 'start', INIT_CWD: home }, join(home, 'mine')],
  ['a script of npm that has nothing to do with it', home, undefined, { npm_lifecycle_event: 'test', INIT_CWD: '/nowhere' }, home],
])('%s', (_title, flag, before, env, expected) => {
  expect(userFolder('--images', flag, before, env)).toBe(expected);
});

test('one that is not there is named', () => {
  const gone = join(home, 'gone');
  expect(() => userFolder('--storage-backends', gone, undefined, {})).toThrow(
    `--storage-backends ${gone}: there is no such folder. Make it, or start with --storage-backends '' to go on without.`,
  );
});
