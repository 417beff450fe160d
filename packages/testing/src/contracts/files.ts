import { seededRandom } from '@kubernats/clock';
import { type Files, FilesError, Quota } from '@kubernats/files';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);

export interface FilesSubject {
  files: Files;
  close(): Promise<void>;
}

/** What every adapter of the port `Files` does. The subject starts empty. */
export function filesContract(name: string, makeSubject: () => Promise<FilesSubject>): void {
  describe(`Files: ${name}`, () => {
    let subject: FilesSubject;
    let files: Files;
    beforeEach(async () => {
      subject = await makeSubject();
      files = subject.files;
    });
    afterEach(() => subject.close());
    const code = async (work: Promise<unknown>): Promise<string> => {
      const error = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return error instanceof FilesError ? error.code : `no FilesError: ${String(error)}`;
    };

    it('reads what was written, whole and by range', async () => {
      await files.write('/a', bytes('hello'));
      expect(text(await files.read('a'))).toBe('hello');
      expect(text(await files.readRange('/a', 1, 3))).toBe('ell');
      expect(text(await files.readRange('/a', 3, 99))).toBe('lo');
      expect(text(await files.readRange('/a', 99, 1))).toBe('');
      await files.write('/a', bytes('x'));
      expect(text(await files.read('/a'))).toBe('x');
    });

    it('keeps what was written, whatever becomes of the buffer that it came in', async () => {
      const buffer = Buffer.from('hello');
      await files.write('/a', buffer);
      await files.replace('/b', buffer);
      await files.append('/c', buffer);
      buffer.fill(0);
      for (const path of ['/a', '/b', '/c']) {
        const read = await files.read(path);
        expect(text(read)).toBe('hello');
        read.fill(0);
        expect(text(await files.read(path))).toBe('hello');
      }
    });

    it('appends, creating the file', async () => {
      await files.append('/log', bytes('one\n'));
      await files.append('/log', bytes('two\n'));
      expect(text(await files.read('/log'))).toBe('one\ntwo\n');
    });

    it('replaces a file whole, and leaves nothing beside it', async () => {
      await files.write('/a', bytes('old'));
      await files.replace('/a', bytes('new'));
      expect(text(await files.read('/a'))).toBe('new');
      expect(await files.list('/')).toEqual(['a']);
    });

    it('makes directories, one by one or all', async () => {
      expect(await code(files.mkdir('/x/y'))).toBe('ENOENT');
      // At the same time, as containers of one Pod make the folders of their logs.
      await Promise.all(['/p/q/a', '/p/q/b', '/p/q'].map((path) => files.mkdir(path, { recursive: true })));
      await files.mkdir('/x/y/z', { recursive: true });
      await files.mkdir('/x/y/z', { recursive: true });
      expect(await code(files.mkdir('/x'))).toBe('EEXIST');
      expect(await code(files.mkdir('/'))).toBe('EEXIST');
      await files.write('/x/file', bytes(''));
      expect(await code(files.mkdir('/x/file', { recursive: true }))).toBe('EEXIST');
      expect(await code(files.mkdir('/x/file/y', { recursive: true }))).toMatch(/ENOTDIR|EEXIST/);
      expect(await files.list('/x')).toEqual(['file', 'y']);
    });

    it('names what failed, as the system does', async () => {
      await files.mkdir('/dir');
      await files.write('/file', bytes('x'));
      expect(await code(files.read('/none'))).toBe('ENOENT');
      expect(await code(files.read('/dir'))).toBe('EISDIR');
      expect(await code(files.write('/dir', bytes('')))).toBe('EISDIR');
      expect(await code(files.write('/none/x', bytes('')))).toBe('ENOENT');
      expect(await code(files.write('/file/x', bytes('')))).toBe('ENOTDIR');
      expect(await code(files.list('/file'))).toBe('ENOTDIR');
      expect(await code(files.list('/none'))).toBe('ENOENT');
      expect(await code(files.readlink('/file'))).toBe('EINVAL');
      expect(await code(files.rename('/none', '/x'))).toBe('ENOENT');
      expect(await code(files.rename('/dir', '/dir/inner'))).toBe('EINVAL');
      expect(await code(files.read('/a\0b'))).toBe('EINVAL');
    });

    it('tells a file, a directory, a link and nothing apart', async () => {
      await files.mkdir('/dir', { mode: 0o700 });
      await files.write('/file', bytes('1234'), { mode: 0o640 });
      await files.symlink('file', '/link');
      expect(await files.stat('/file')).toMatchObject({ kind: 'file', sizeBytes: 4, mode: 0o640 });
      expect(await files.stat('/dir')).toMatchObject({ kind: 'directory', mode: 0o700 });
      expect(await files.stat('/link')).toMatchObject({ kind: 'file' });
      expect(await files.lstat('/link')).toMatchObject({ kind: 'symlink' });
      expect(await files.stat('/none')).toBeUndefined();
      expect(await files.stat('/file/none')).toBeUndefined();
      expect(await files.readlink('/link')).toBe('file');
      expect(await files.realpath('/link')).toBe('/file');
      await files.chmod('/file', 0o600);
      await files.setModified('/file', 1_700_000_000_000);
      expect(await files.stat('/file')).toMatchObject({ mode: 0o600, modifiedMs: 1_700_000_000_000 });
    });

    it('renames over what is there', async () => {
      await files.mkdir('/d/e', { recursive: true });
      await files.write('/a', bytes('a'));
      await files.write('/b', bytes('b'));
      await files.rename('/a', '/b');
      expect(text(await files.read('/b'))).toBe('a');
      await files.rename('/d', '/f');
      expect(await files.list('/')).toEqual(['b', 'f']);
      expect(await files.list('/f')).toEqual(['e']);
    });

    it('removes trees, and does not mind what is absent', async () => {
      await files.mkdir('/d/e', { recursive: true });
      await files.write('/d/e/f', bytes('x'));
      await files.remove('/d');
      await files.remove('/d');
      await files.remove('/d/e/f');
      expect(await files.list('/')).toEqual([]);
    });

    it('removing a link leaves what it leads to', async () => {
      await files.mkdir('/d');
      await files.write('/d/x', bytes('x'));
      await files.symlink('/d', '/link');
      await files.remove('/link');
      expect(await files.list('/')).toEqual(['d']);
      expect(await files.list('/d')).toEqual(['x']);
    });

    it('follows links inside the folder only: an absolute link starts at its top', async () => {
      await files.mkdir('/inner/data', { recursive: true });
      await files.write('/secret', bytes('outer'));
      await files.write('/inner/secret', bytes('inner'));
      const inner = files.scope('/inner');
      await inner.symlink('/secret', '/absolute');
      await inner.symlink('../../../secret', '/data/relative');
      expect(text(await inner.read('/absolute'))).toBe('inner');
      expect(text(await inner.read('/data/relative'))).toBe('inner');
      expect(text(await inner.read('../../secret'))).toBe('inner');
      expect(text(await files.read('/inner/absolute'))).toBe('outer');
    });

    it('writes through a link that leads to nothing yet', async () => {
      await files.symlink('target', '/link');
      await files.write('/link', bytes('x'));
      expect(text(await files.read('/target'))).toBe('x');
    });

    it('ends links that never end', async () => {
      await files.symlink('b', '/a');
      await files.symlink('a', '/b');
      expect(await code(files.read('/a'))).toBe('ELOOP');
      await files.symlink('self/x', '/self');
      expect(await code(files.read('/self'))).toBe('ELOOP');
    });

    it('a scope stays within its folder even when a link is planted in place of the folder', async () => {
      await files.mkdir('/pods/one', { recursive: true });
      await files.mkdir('/elsewhere');
      const pods = files.scope('/pods');
      const one = pods.scope('/one');
      await pods.remove('/one');
      await pods.symlink('/../../elsewhere', '/one');
      expect(await code(one.write('/x', bytes('x')))).toMatch(/ENOENT|ENOTDIR/);
      expect(await files.list('/elsewhere')).toEqual([]);
    });

    it('a pinned scope follows no link that is put on its way later', async () => {
      await files.mkdir('/v/sub', { recursive: true });
      await files.mkdir('/v/other');
      const sub = files.scope('/v').scope('/sub', { pinned: true });
      await sub.write('/x', bytes('x'));
      await files.rename('/v/sub', '/v/moved');
      await files.symlink('other', '/v/sub');
      expect(await code(sub.write('/y', bytes('y')))).toBe('ENOENT');
      expect(await code(sub.read('/x'))).toBe('ENOENT');
      expect(await files.list('/v/other')).toEqual([]);
    });

    it('a scope of a single file is that file, and what is beside it stays as it is', async () => {
      await files.mkdir('/d');
      await files.write('/d/file', bytes('old'));
      const one = files.scope('/d/file');
      await one.replace('/', bytes('new'));
      expect(text(await one.read('/'))).toBe('new');
      expect(await files.list('/d')).toEqual(['file']);
      expect(await code(one.write('/x', bytes('')))).toBe('ENOTDIR');
      expect(await code(files.replace('/', bytes('x')))).toBe('EISDIR');
    });

    it('removes folders that nobody may write to or look into', async () => {
      await files.mkdir('/closed/inner', { recursive: true });
      await files.write('/closed/inner/x', bytes('x'));
      await files.chmod('/closed/inner', 0o000);
      await files.chmod('/closed', 0o500);
      await files.remove('/closed');
      expect(await files.list('/')).toEqual([]);
    });

    it('refuses writes to a read-only scope, and to scopes within it', async () => {
      await files.mkdir('/ro/sub', { recursive: true });
      const readOnly = files.scope('/ro', { readOnly: true });
      expect(await code(readOnly.write('/x', bytes('x')))).toBe('EROFS');
      expect(await code(readOnly.scope('/sub').mkdir('/y'))).toBe('EROFS');
      expect(await code(readOnly.remove('/sub'))).toBe('EROFS');
      expect(await readOnly.list('/')).toEqual(['sub']);
    });

    it('counts against the quota, and gives back what is removed', async () => {
      await files.mkdir('/q');
      const small = files.scope('/q', { quotaBytes: 10 });
      await small.write('/a', bytes('123456'));
      expect(await code(small.write('/b', bytes('12345')))).toBe('ENOSPC');
      await small.write('/a', bytes('1234567890'));
      expect(await code(small.append('/a', bytes('x')))).toBe('ENOSPC');
      await small.remove('/a');
      await small.mkdir('/sub');
      const sub = small.scope('/sub');
      await sub.append('/b', bytes('12345678'));
      expect(await code(sub.append('/b', bytes('123')))).toBe('ENOSPC');
      expect(await small.usage()).toBe(8);
      // Freed by another way than the scope itself: counted again before it refuses.
      await files.remove('/q/sub/b');
      await small.write('/c', bytes('1234567890'));
    });

    it('what is truncated, replaced or renamed over is given back', async () => {
      await files.mkdir('/q');
      const small = files.scope('/q', { quotaBytes: 10 });
      await small.write('/a', bytes('1234567890'));
      await small.write('/a', bytes('1'));
      await small.write('/b', bytes('123456789'));
      expect(await code(small.append('/b', bytes('x')))).toBe('ENOSPC');
      await small.rename('/a', '/b');
      await small.replace('/c', bytes('123'));
      expect(await code(small.replace('/c', bytes('12345678')))).toBe('ENOSPC');
      await small.replace('/c', bytes('123456'));
      await small.append('/c', bytes('78'));
      await small.mkdir('/dir');
      await small.rename('/b', '/dir/b');
      await small.append('/dir/b', bytes('x'));
      expect(await code(small.append('/dir/b', bytes('x')))).toBe('ENOSPC');
      await small.remove('/dir');
      await small.append('/c', bytes('90'));
      expect(await small.usage()).toBe(10);
    });

    it('a quota that several scopes share counts once for all, and its border may move', async () => {
      await files.mkdir('/q');
      let limit = 10;
      const quota = new Quota(() => limit);
      const [one, two] = [files.scope('/q', { quotaBytes: quota }), files.scope('/q', { quotaBytes: quota })];
      await one.write('/a', bytes('123456'));
      await two.write('/b', bytes('1234'));
      expect(await code(one.append('/b', bytes('x')))).toBe('ENOSPC');
      await two.remove('/b');
      await one.write('/c', bytes('1234'));
      limit = 12;
      await two.append('/a', bytes('12'));
      expect(await code(one.append('/a', bytes('x')))).toBe('ENOSPC');
      limit = 5;
      await one.write('/a', bytes('1'));
      expect(await code(two.append('/a', bytes('x')))).toBe('ENOSPC');
    });

    it('property: whatever is written at the same time, a quota is never passed, and lets in what fits', async () => {
      for (let seed = 1; seed <= 10; seed++) {
        const random = seededRandom(seed);
        await files.mkdir(`/q${seed}`);
        const small = files.scope(`/q${seed}`, { quotaBytes: 100 });
        const path = (): string => `/${['a', 'b', 'd/a'][random.int(3)]}`;
        const data = (): Uint8Array => new Uint8Array(random.int(80));
        await small.mkdir('/d');
        const steps = [
          () => small.write(path(), data()),
          () => small.append(path(), data()),
          () => small.replace(path(), data()),
          () => small.rename(path(), path()),
          () => small.remove(random.int(4) === 0 ? '/d' : path()),
          () => small.mkdir('/d', { recursive: true }),
        ];
        for (let round = 0; round < 15; round++) {
          const some = Array.from({ length: 4 }, () => steps[random.int(steps.length)]?.());
          for (const outcome of await Promise.allSettled(some)) {
            if (outcome.status === 'rejected' && !(outcome.reason instanceof FilesError)) throw outcome.reason;
          }
          expect(await small.usage(), `seed ${seed}`).toBeLessThanOrEqual(100);
        }
        const left = 100 - (await small.usage());
        expect(await code(small.write('/last', new Uint8Array(left + 1))), `seed ${seed}`).toBe('ENOSPC');
        await small.write('/last', new Uint8Array(left));
      }
    });

    it('counts writes that are under way', async () => {
      await files.mkdir('/q');
      const small = files.scope('/q', { quotaBytes: 10 });
      const writes = ['/a', '/b', '/c', '/d'].map((path) => small.write(path, bytes('1234')).catch((error: FilesError) => error.code));
      expect((await Promise.all(writes)).filter((outcome) => outcome === 'ENOSPC')).toHaveLength(2);
      expect(await small.usage()).toBe(8);
    });

    it('counts what lies deeper than a path can tell, and removes it', async () => {
      const names = Array.from({ length: 15 }, () => 'x'.repeat(200)).join('/');
      for (const top of ['/a', '/b']) await files.mkdir(`${top}/${names}`, { recursive: true });
      await files.write(`/a/${names}/f`, bytes('12345'));
      await files.rename('/a', `/b/${names}/a`);
      const small = files.scope('/b', { quotaBytes: 10 });
      expect(await small.usage()).toBe(5);
      expect(await code(small.write('/g', bytes('123456')))).toBe('ENOSPC');
      await small.write('/g', bytes('12345'));
      await files.remove('/b');
      expect(await files.list('/')).toEqual([]);
    });

    it('removing the top empties it', async () => {
      await files.mkdir('/top');
      const top = files.scope('/top');
      await top.write('/x', bytes('x'));
      await top.remove('/');
      expect(await files.list('/')).toEqual(['top']);
      expect(await top.list('/')).toEqual([]);
    });

    it('property: no path and no link, however it is made, leaves the folder', async () => {
      for (let seed = 1; seed <= 40; seed++) {
        const random = seededRandom(seed);
        const box = `/box${seed}`;
        const outside = `/outside${seed}`;
        await files.mkdir(box);
        await files.mkdir(outside);
        await files.write(`${outside}/victim`, bytes('untouched'));
        const jail = files.scope(box);
        const names = ['a', 'b', 'c', '..', '.', `outside${seed}`, 'victim', ''];
        const path = (): string => {
          const parts = Array.from({ length: 1 + random.int(5) }, () => names[random.int(names.length)]);
          return `${random.int(2) === 0 ? '/' : ''}${parts.join('/')}`;
        };
        const steps: (() => Promise<unknown>)[] = [
          () => jail.write(path(), bytes('mine')),
          () => jail.append(path(), bytes('mine')),
          () => jail.replace(path(), bytes('mine')),
          () => jail.mkdir(path(), { recursive: true }),
          () => jail.symlink(path(), path()),
          () => jail.symlink(`${'../'.repeat(random.int(4))}outside${seed}/victim`, path()),
          () => jail.symlink(`/outside${seed}`, path()),
          () => jail.rename(path(), path()),
          () => jail.remove(path()),
          () => jail.chmod(path(), 0o777),
          async () => expect(text(await jail.read(path())), `seed ${seed}`).not.toContain('untouched'),
        ];
        for (let i = 0; i < 60; i++) {
          await steps[random.int(steps.length)]?.().catch((error: unknown) => {
            if (!(error instanceof FilesError)) throw error;
          });
        }
        expect(text(await files.read(`${outside}/victim`)), `seed ${seed}`).toBe('untouched');
        expect(await files.list(outside), `seed ${seed}`).toEqual(['victim']);
      }
    });
  });
}
