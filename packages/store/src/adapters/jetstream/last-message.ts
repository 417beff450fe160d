import { parseStateSubject } from '@kubernats/bus';
import type { StoreEntry } from '../../port.ts';
import { JetStreamError, JS_ERROR } from './api.ts';
import { DELETED, WRITE_ID } from './publisher.ts';

export interface StoredMessage {
  entry: StoreEntry;
  deleted: boolean;
  writeId: string | undefined;
}

interface RawMessage {
  message: { subject: string; seq: number; data?: string; hdrs?: string };
}

/** Asks JetStream's API. */
export type Ask = <T>(what: string, body?: object) => Promise<T>;

/** The last message on a subject, asked of the stream's leader: a replica may be behind. */
export async function readLast(ask: Ask, stream: string, subject: string): Promise<StoredMessage | undefined> {
  let raw: RawMessage;
  try {
    raw = await ask<RawMessage>(`STREAM.MSG.GET.${stream}`, { last_by_subj: subject });
  } catch (error) {
    if (error instanceof JetStreamError && error.errorCode === JS_ERROR.messageNotFound) return undefined;
    throw error;
  }
  const { seq, data, hdrs } = raw.message;
  const head = hdrs === undefined ? '' : Buffer.from(hdrs, 'base64').toString();
  const deleted = head.includes(`\r\n${DELETED}:`);
  const writeId = new RegExp(`\\r\\n${WRITE_ID}: *([^\\r]+)`).exec(head)?.[1];
  const entry: StoreEntry = {
    key: parseStateSubject(raw.message.subject),
    revision: seq,
    value: Buffer.from(data ?? '', 'base64'),
    deleted,
  };
  return { entry, deleted, writeId };
}
