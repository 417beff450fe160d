import { parseStateSubject } from '@kubernats/bus';
import type { Msg } from '@nats-io/transport-node';
import type { StoreEntry } from '../../port.ts';
import { DELETED } from './publisher.ts';

/** A message of the stream as an entry. */
export function entryOf(message: Msg, revision: number): StoreEntry {
  return { key: parseStateSubject(message.subject), revision, value: message.data, deleted: message.headers?.has(DELETED) ?? false };
}
