import { type Files, FilesError } from '@kubernats/files';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';

export interface BorderSubject {
  /** What the containers' folders lie in. Empty. */
  outside: Files;
  /** A container's view of the existing folder `path` of `outside`. */
  inside(path: string): Promise<Files>;
  /** A path of the machine that leads to a file which holds `SECRET`, where there is such a thing. */
  secretPath: string | undefined;
  /** What that file holds now. */
  secretNow(): string | undefined;
  close(): Promise<void>;
}

/** What no container may see or touch. */
export const SECRET = 'secret of the node';

type Step = (files: Files) => Promise<unknown>;

const RUNS = 150;
const mine = new TextEncoder().encode('mine');

/** Whatever links, names and folders a container plants, one after the other or all at once, nothing outside of its folder is seen or changed. */
export function filesBorderProperty(name: string, makeSubject: () => Promise<BorderSubject>): void {
  describe(`the border of a folder: ${name}`, () => {
    for (const atOnce of [false, true]) {
      it(`property: nothing leaves it, with steps ${atOnce ? 'all at once' : 'one by one'}`, async () => {
        const subject = await makeSubject();
        let run = 0;
        try {
          await fc.assert(
            fc.asyncProperty(fc.array(stepOf(subject.secretPath), { minLength: 5, maxLength: 40 }), async (steps) => {
              run += 1;
              await attempt(subject, `/run${run}`, steps, atOnce);
            }),
            { numRuns: RUNS },
          );
        } finally {
          await subject.close();
        }
      });
    }
  });
}

async function attempt(
  { outside, inside, secretNow }: BorderSubject,
  home: string,
  steps: readonly Step[],
  atOnce: boolean,
): Promise<void> {
  for (const folder of ['/box/inner', '/victims/dir']) await outside.mkdir(home + folder, { recursive: true });
  for (const file of ['/victims/file', '/victims/dir/file', '/beside']) await outside.write(home + file, new TextEncoder().encode(SECRET));
  const before = await treeOf(outside, home, '/box');
  const box = await inside(`${home}/box`);
  const go = (step: Step): Promise<unknown> =>
    step(box).catch((error: unknown) => {
      if (!(error instanceof FilesError)) throw error;
    });
  if (atOnce) await Promise.all(steps.map(go));
  else for (const step of steps) await go(step);
  const after = await treeOf(outside, home, '/box');
  if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error(`changed: ${JSON.stringify(after)}, was ${JSON.stringify(before)}`);
  if (secretNow() !== undefined && secretNow() !== SECRET) throw new Error('a file of the machine was changed');
  await outside.remove(home);
}

/** Everything under `top`, but of `except` only that it is there: kinds, modes, contents. */
async function treeOf(files: Files, top: string, except: string): Promise<string[]> {
  const rows: string[] = [];
  const walk = async (path: string): Promise<void> => {
    for (const entry of await files.list(top + path)) {
      const at = `${path}/${entry}`;
      const stat = await files.lstat(top + at);
      if (at === except) {
        rows.push(`${at} ${stat?.kind}`);
        continue;
      }
      const text = stat?.kind === 'file' ? new TextDecoder().decode(await files.read(top + at)) : '';
      rows.push(`${at} ${stat?.kind} ${stat?.mode.toString(8)} ${text}`);
      if (stat?.kind === 'directory') await walk(at);
    }
  };
  await walk('');
  return rows;
}

function stepOf(secretPath: string | undefined): fc.Arbitrary<Step> {
  const word = fc.constantFrom(
    'a',
    'b',
    'inner',
    'mnt',
    'link',
    '..',
    '..',
    '.',
    '',
    'victims',
    'file',
    'dir',
    'beside',
    '...',
    '..a',
    '\0',
  );
  const path = fc
    .tuple(fc.constantFrom('', '/', '../', '/../../', './/'), fc.array(word, { minLength: 1, maxLength: 5 }))
    .map(([start, words]) => start + words.join('/'));
  const target = fc.oneof(
    path,
    fc.constantFrom('/', '..', '../..', '../victims', '../victims/file', '../../beside', '/victims', `${'../'.repeat(30)}etc`, '/etc'),
    ...(secretPath === undefined ? [] : [fc.constant(secretPath), fc.constant(`${'../'.repeat(30)}${secretPath}`)]),
  );
  const one: fc.Arbitrary<Step> = fc.oneof(
    path.map(
      (at): Step =>
        (files) =>
          files.write(at, mine),
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.write(at, mine, { mode: 0o777 }),
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.append(at, mine),
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.replace(at, mine),
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.mkdir(at),
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.mkdir(at, { recursive: true, mode: 0o777 }),
    ),
    fc.tuple(target, path).map(
      ([to, at]): Step =>
        (files) =>
          files.symlink(to, at),
    ),
    fc.tuple(target, path).map(
      ([to, at]): Step =>
        (files) =>
          files.symlink(to, at),
    ),
    fc.tuple(path, path).map(
      ([from, to]): Step =>
        (files) =>
          files.rename(from, to),
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.remove(at),
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.chmod(at, 0o777),
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.setModified(at, 1_000_000_000_000),
    ),
    path.map(
      (at): Step =>
        async (files) =>
          unseen(await files.read(at)),
    ),
    path.map(
      (at): Step =>
        async (files) =>
          unseen(await files.readRange(at, 0, 100)),
    ),
    path.map(
      (at): Step =>
        async (files) =>
          namesOnly(await files.list(at)),
    ),
    path.map(
      (at): Step =>
        async (files) => {
          const real = await files.realpath(at);
          if (!real.startsWith('/') || real.split('/').includes('..')) throw new Error(`no path of the folder's own: ${real}`);
        },
    ),
    path.map(
      (at): Step =>
        (files) =>
          files.usage(at),
    ),
    // As tar does: a link is made, then a file is written through it.
    fc.tuple(target, path).map(
      ([to, at]): Step =>
        async (files) => {
          await files.symlink(to, at);
          await files.write(`${at}/file`, mine);
          await files.write(at, mine);
        },
    ),
  );
  return fc.oneof(
    { weight: 4, arbitrary: one },
    {
      weight: 1,
      arbitrary: fc.tuple(path, one).map(
        ([at, step]): Step =>
          (files) =>
            step(files.scope(at)),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(path, one).map(
        ([at, step]): Step =>
          (files) =>
            step(files.scope(at, { pinned: true, quotaBytes: 20 })),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(path, target, path, one).map(
        ([at, to, inner, step]): Step =>
          async (files) => {
            // A scope that was opened before its folder became a link.
            const scope = files.scope(at).scope(inner);
            await files.remove(at);
            await files.symlink(to, at);
            return step(scope);
          },
      ),
    },
  );
}

function unseen(data: Uint8Array): void {
  if (new TextDecoder().decode(data).includes(SECRET)) throw new Error('a file outside was read');
}

function namesOnly(names: readonly string[]): void {
  if (names.includes('victims') && names.includes('box')) throw new Error('the folder outside was listed');
}
