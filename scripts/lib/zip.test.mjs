import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readZipEntry } from './zip.mjs';

/** A zip archive of deflated files, as APPNOTE lays it out. */
function zip(files) {
  const locals = [];
  const centrals = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = deflateRawSync(Buffer.from(content));
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), data);
    centrals.push(central, Buffer.from(name));
    offset += local.length + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...centrals, end]);
}

test('one file is read out of an archive of several', () => {
  const archive = zip({ 'helm/helm': 'helm', 'kubectl/kubectl': 'x'.repeat(10_000) });
  expect(readZipEntry(archive, 'kubectl/kubectl').toString()).toBe('x'.repeat(10_000));
});

test('a missing file and a broken archive are told apart', () => {
  expect(() => readZipEntry(zip({ a: '1' }), 'kubectl/kubectl')).toThrow('holds no kubectl/kubectl');
  expect(() => readZipEntry(Buffer.from('nothing of the kind'), 'a')).toThrow('not a zip archive');
});
