// The blocks of a tar archive. Source: POSIX, pax Interchange Format (ustar and pax headers), and GNU's long names.
import { Complaint } from '../../process/errors.ts';

export const BLOCK_BYTES = 512;

export interface TarEntry {
  name: string;
  kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  sizeBytes: number;
  mode: number;
  modifiedMs: number;
  /** Where a link leads. */
  target: string;
}

const KINDS: Readonly<Record<string, TarEntry['kind']>> = {
  '': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};

/** What a header says of the entries behind it: pax records and GNU's long names. */
export interface Overrides {
  name?: string;
  target?: string;
  sizeBytes?: number;
  modifiedMs?: number;
}

export type Header =
  | { kind: 'entry'; entry: TarEntry }
  | { kind: 'overrides'; of: 'name' | 'target' | 'pax' | 'ignored'; sizeBytes: number };

/** Reads one block; undefined: the archive's end. Throws a `Complaint` for what is no header. */
export function readHeader(block: Uint8Array, overrides: Overrides): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (checksumOf(block) !== numberAt(block, 148, 8)) throw new Complaint('invalid tar magic');
  const type = textAt(block, 156, 1);
  const sizeBytes = overrides.sizeBytes ?? numberAt(block, 124, 12);
  if (type === 'L') return { kind: 'overrides', of: 'name', sizeBytes };
  if (type === 'K') return { kind: 'overrides', of: 'target', sizeBytes };
  if (type === 'x') return { kind: 'overrides', of: 'pax', sizeBytes };
  if (type === 'g') return { kind: 'overrides', of: 'ignored', sizeBytes };
  const isUstar = textAt(block, 257, 5) === 'ustar';
  const prefix = isUstar && textAt(block, 257, 8) !== 'ustar  ' ? textAt(block, 345, 155) : '';
  const plain = textAt(block, 0, 100);
  const name = overrides.name ?? (prefix === '' ? plain : `${prefix}/${plain}`);
  const kind = KINDS[type] ?? 'other';
  return {
    kind: 'entry',
    entry: {
      name,
      // Old archives tell a folder by its name alone.
      kind: kind === 'file' && name.endsWith('/') ? 'directory' : kind,
      sizeBytes: kind === 'file' || kind === 'other' ? sizeBytes : 0,
      mode: numberAt(block, 100, 8) & 0o7777,
      modifiedMs: overrides.modifiedMs ?? numberAt(block, 136, 12) * 1000,
      target: overrides.target ?? textAt(block, 157, 100),
    },
  };
}

/** The records of a pax header: `LENGTH KEY=VALUE\n`. */
export function readPax(bytes: Uint8Array): Overrides {
  const overrides: Overrides = {};
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = Number(Buffer.from(bytes.subarray(at, blank)).toString('latin1'));
    if (blank < 0 || !(length > 0)) break;
    const record = Buffer.from(bytes.subarray(blank + 1, at + length - 1)).toString('utf8');
    const equals = record.indexOf('=');
    const [key, value] = [record.slice(0, equals), record.slice(equals + 1)];
    if (key === 'path') overrides.name = value;
    if (key === 'linkpath') overrides.target = value;
    if (key === 'size') overrides.sizeBytes = Number(value);
    if (key === 'mtime') overrides.modifiedMs = Number(value) * 1000;
    at += length;
  }
  return overrides;
}

/** The blocks before an entry's content: one header, with a pax header before it where a name does not fit. */
export function writeHeader(entry: TarEntry): Uint8Array {
  const name = entry.kind === 'directory' && !entry.name.endsWith('/') ? `${entry.name}/` : entry.name;
  const records: string[] = [];
  if (Buffer.byteLength(name) > 100) records.push(paxRecord('path', name));
  if (Buffer.byteLength(entry.target) > 100) records.push(paxRecord('linkpath', entry.target));
  if (entry.sizeBytes > 0o77777777777) records.push(paxRecord('size', String(entry.sizeBytes)));
  const header = block({ ...entry, name });
  if (records.length === 0) return header;
  const body = Buffer.from(records.join(''));
  const pax = block({ ...entry, name: 'PaxHeaders/entry', target: '', kind: 'file', sizeBytes: body.length }, 'x');
  return Buffer.concat([pax, body, new Uint8Array(paddingOf(body.length)), header]);
}

/** So many bytes fill up the last block of a content. */
export function paddingOf(sizeBytes: number): number {
  return (BLOCK_BYTES - (sizeBytes % BLOCK_BYTES)) % BLOCK_BYTES;
}

const TYPES: Readonly<Record<TarEntry['kind'], string>> = { file: '0', hardlink: '1', symlink: '2', directory: '5', other: '0' };

function block(entry: TarEntry, type = TYPES[entry.kind]): Uint8Array {
  const bytes = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, length: number): string =>
    `${Math.min(value, 8 ** (length - 1) - 1)
      .toString(8)
      .padStart(length - 1, '0')}\0`;
  Buffer.from(entry.name).copy(bytes, 0, 0, 100);
  bytes.write(octal(entry.mode & 0o7777, 8), 100, 'latin1');
  bytes.write(octal(0, 8) + octal(0, 8), 108, 'latin1');
  bytes.write(octal(entry.sizeBytes, 12), 124, 'latin1');
  bytes.write(octal(Math.max(0, Math.floor(entry.modifiedMs / 1000)), 12), 136, 'latin1');
  bytes.write(type, 156, 'latin1');
  Buffer.from(entry.target).copy(bytes, 157, 0, 100);
  bytes.write('ustar\x0000', 257, 'latin1');
  bytes.write('root', 265, 'latin1');
  bytes.write('root', 297, 'latin1');
  bytes.write(`${checksumOf(bytes).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

/** A record holds its own length. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length > String(rest).length) length += 1;
  return `${length} ${key}=${value}\n`;
}

/** Of all bytes, its own field taken as blanks. */
function checksumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK_BYTES; i++) sum += i >= 148 && i < 156 ? 0x20 : (bytes[i] ?? 0);
  return sum;
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8');
}

/** An octal number, or a binary one where the first bit says so. */
function numberAt(bytes: Uint8Array, at: number, length: number): number {
  if (((bytes[at] ?? 0) & 0x80) !== 0) {
    let value = 0;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + (bytes[i] ?? 0);
    return value;
  }
  return Number.parseInt(textAt(bytes, at, length).trim() || '0', 8) || 0;
}
