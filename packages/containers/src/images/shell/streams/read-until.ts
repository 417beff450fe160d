import { FilesError } from '@kubernats/files';
import type { OpenFile, Wait } from './open-file.ts';

export interface UntilOptions {
  delimiter: string;
  /** At most so many characters. */
  chars?: number;
  /** A backslash before a line end makes one line of two. */
  continues: boolean;
}

const CHUNK_BYTES = 4096;
const LINE_BYTES_MAX = 16 * 1024 * 1024;

/** Reads one line and leaves the rest to whoever reads next. `ended`: the input ended before the delimiter came. Throws ENOMEM for an endless one. */
export async function readUntil(
  file: OpenFile,
  { delimiter, chars, continues }: UntilOptions,
  wait: Wait,
): Promise<{ line: string; ended: boolean }> {
  const stop = delimiter.charCodeAt(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  const text = (): string => Buffer.concat(parts).toString('utf8');
  for (;;) {
    const bytes = await file.read(chars === undefined ? CHUNK_BYTES : 1, wait);
    if (!bytes) return { line: text(), ended: true };
    size += bytes.length;
    if (size > LINE_BYTES_MAX) throw new FilesError('ENOMEM', file.name);
    const at = bytes.indexOf(stop);
    if (at < 0) {
      parts.push(bytes);
      if (chars !== undefined && [...text()].length >= chars && !text().endsWith('\ufffd')) return { line: text(), ended: false };
      continue;
    }
    if (at + 1 < bytes.length) file.unread(bytes.subarray(at + 1));
    parts.push(bytes.subarray(0, at + 1));
    if (!continues || !/(^|[^\\])(\\\\)*\\\n$/.test(text())) return { line: text(), ended: false };
    const joined = text().slice(0, -2);
    parts.length = 0;
    parts.push(Buffer.from(joined));
  }
}
