import { Buffer } from 'node:buffer';
import type { StatusError } from '@kubernats/errors';
import type { ChangeType } from '../cache/watch-dispatch.ts';

/** An event of a watch as a line. Source: "Efficient detection of changes" of the API concepts. */
export function frame(type: ChangeType | 'BOOKMARK' | 'ERROR', object: Buffer): Buffer {
  const head = `{"type":"${type}","object":`;
  const bytes = Buffer.allocUnsafe(head.length + object.length + 2);
  bytes.write(head, 0, 'latin1');
  object.copy(bytes, head.length);
  bytes.write('}\n', head.length + object.length, 'latin1');
  return bytes;
}

export const errorFrame = (error: StatusError): Buffer => frame('ERROR', Buffer.from(JSON.stringify(error.toStatus())));
