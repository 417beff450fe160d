import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningContainer } from '../../../../port.ts';
import { Caller, exec, Pod } from '../../shell.fixture.ts';
import { readHeader, type TarEntry, writeHeader } from './format.ts';
import { memberName } from './member-name.ts';

let pod: Pod;
let container: RunningContainer;
beforeAll(async () => {
  pod = await Pod.create();
  container = await pod.idle();
});
afterAll(() => pod[Symbol.asyncDispose]());

const entry = (part: Partial<TarEntry>): TarEntry => ({
  name: 'x',
  kind: 'file',
  sizeBytes: 0,
  mode: 0o644,
  modifiedMs: 0,
  target: '',
  ...part,
});

/** An archive by hand, as somebody might send it. */
function archive(...members: [part: Partial<TarEntry>, content?: string][]): Uint8Array {
  const parts = members.flatMap(([part, content = '']) => {
    const bytes = Buffer.from(content);
    return [writeHeader(entry({ ...part, sizeBytes: bytes.length })), bytes, new Uint8Array((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, new Uint8Array(1024)]);
}

/** What `kubectl cp` does: one container's archive is another's input. */
async function copy(from: RunningContainer, path: string, to: RunningContainer, folder: string): Promise<void> {
  const sender = new Caller({ stdin: false });
  expect(await from.exec(['tar', 'cf', '-', path], sender.streams)).toBe(0);
  const receiver = new Caller();
  for (let at = 0; at < sender.out.bytes.length; at += 32768) receiver.type(sender.out.bytes.subarray(at, at + 32768));
  receiver.stdin.end();
  expect(await to.exec(['tar', 'xmf', '-', '-C', folder], receiver.streams)).toBe(0);
}

describe('kubectl cp', () => {
  test('folders, big files, links and names with blanks and beyond 100 characters arrive as they were', async () => {
    const long = `${'d'.repeat(60)}/${'f'.repeat(90)}`;
    const bytes = randomBytes(3_000_001);
    await exec(container, ['sh', '-c', 'mkdir -p "/tmp/src/a b/empty"; cat > /tmp/src/big'], bytes);
    await exec(container, [
      'sh',
      '-c',
      `cd /tmp/src; echo hi > "a b/with blank"; ln -s big link; ln -s /nowhere dangling; mkdir -p ${long.slice(0, 60)}; echo long > ${long}; echo ü > ü; chmod 755 ü`,
    ]);
    const other = await pod.idle({ name: 'other' });
    await exec(other, ['mkdir', '/dest']);
    await copy(container, '/tmp/src', other, '/dest');
    const seen = await exec(other, [
      'sh',
      '-c',
      `cd /dest/tmp/src; sha256sum big; cat "a b/with blank" ${long} ü; ls -d "a b/empty"; readlink link dangling; ls -l ü | cut -c1-10`,
    ]);
    const sum = createHash('sha256').update(bytes).digest('hex');
    expect(seen.out).toBe(`${sum}  big\nhi\nlong\nü\na b/empty\nbig\n/nowhere\n-rwxr-xr-x\n`);
  });

  test('packed by gzip as well, listed, and in part', async () => {
    await exec(container, ['sh', '-c', 'mkdir -p /tmp/z/in; echo 1 > /tmp/z/in/one; echo 2 > /tmp/z/two; tar czf /tmp/z.tgz -C /tmp/z .']);
    expect((await exec(container, ['tar', 'tzf', '/tmp/z.tgz'])).out).toBe('./\n./in/\n./in/one\n./two\n');
    expect(
      (
        await exec(container, [
          'sh',
          '-c',
          'tar xzOf /tmp/z.tgz ./two; mkdir /tmp/y; tar xzf /tmp/z.tgz -C /tmp/y --strip-components=1; ls /tmp/y',
        ])
      ).out,
    ).toBe('2\none\n');
    expect(await exec(container, ['tar', 'xf', '-'], 'no archive '.repeat(100))).toMatchObject({
      status: 1,
      err: 'tar: invalid tar magic\n',
    });
  });
});

describe('an archive that tries to leave', () => {
  test('names with .. are refused, absolute ones lose their slash, and what is left goes on', async () => {
    await exec(container, ['mkdir', '-p', '/tmp/jail/in']);
    const bytes = archive(
      [{ name: '../../etc/evil' }, 'x'],
      [{ name: 'a/../../up' }, 'x'],
      [{ name: '/tmp/abs' }, 'abs'],
      [{ name: 'good' }, 'good'],
    );
    const result = await exec(container, ['tar', 'xf', '-', '-C', '/tmp/jail/in'], bytes);
    expect(result).toMatchObject({
      status: 2,
      err: "tar: ../../etc/evil: name with '..' in it: not extracted\ntar: a/../../up: name with '..' in it: not extracted\n",
    });
    expect((await exec(container, ['find', '/tmp/jail', '-type', 'f'])).out.trim().split('\n').sort()).toEqual([
      '/tmp/jail/in/good',
      '/tmp/jail/in/tmp/abs',
    ]);
    expect((await exec(container, ['ls', '/etc/evil', '/tmp/abs', '/tmp/up', '/tmp/jail/up'])).out).toBe('');
  });

  test('a link and a file through it stay in the container’s own tree', async () => {
    const bytes = archive(
      [{ name: 'way', kind: 'symlink', target: '../../../../../../..' }],
      [{ name: 'way/evil' }, 'x'],
      [{ name: 'hard', kind: 'hardlink', target: '../../etc/passwd' }],
    );
    await exec(container, ['mkdir', '-p', '/tmp/links']);
    const result = await exec(container, ['tar', 'xf', '-', '-C', '/tmp/links'], bytes);
    expect(result.err).toContain("invalid hard link target '../../etc/passwd'");
    // The link leads to the container's own root, and nowhere else.
    expect((await exec(container, ['cat', '/evil'])).out).toBe('x');
  });

  test('no name leads out of the folder that it goes into', () => {
    const parts = ['..', '.', '', 'a', 'b c', '...', '..a'];
    for (let seed = 0; seed < 5000; seed++) {
      const name = Array.from({ length: 1 + (seed % 5) }, (_, i) => parts[Math.floor(seed / 7 ** i) % 7]).join('/');
      const member = memberName(name, 0);
      if (member !== undefined) expect(member.split('/')).not.toContain('..');
      if (member !== undefined) expect(member.startsWith('/')).toBe(false);
    }
  });
});

test('a header says what it was told', () => {
  for (const one of [
    entry({ name: 'a/b', sizeBytes: 5, mode: 0o755, modifiedMs: 1_700_000_000_000 }),
    entry({ kind: 'symlink', target: '../x' }),
    entry({ name: 'd/', kind: 'directory' }),
  ]) {
    expect(readHeader(writeHeader(one), {})).toEqual({ kind: 'entry', entry: one });
  }
});
