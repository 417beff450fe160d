// What the fields of a definition are on the wire: the numbers of generated/protobuf.json joined to the types of generated/schema.json.
import type { FieldSchema } from '@kubernats/apimachinery';
import table from '../../generated/protobuf.json' with { type: 'json' };
import { objectSchema } from '../schema/object-schema.ts';

/** As `scripts/generate-protobuf.mjs` writes it: number, field, and 'z' or, of an inlined message, its rows. */
type GeneratedRow = readonly [number: number, field: string, extra?: 'z' | GeneratedRow[]];

export const PROTOBUF_TABLE = table as unknown as Readonly<Record<string, readonly GeneratedRow[]>>;

export interface MessageField {
  name: string;
  schema: FieldSchema;
  /** An empty value on the wire stands for a field that is absent. */
  dropsEmpty: boolean;
}

/** A field that is a message on the wire, whose own fields stand in its parent in JSON. */
export interface InlinedMessage {
  inlined: Message;
}

/** By field number. */
export type Message = ReadonlyMap<number, MessageField | InlinedMessage>;

const made = new Map<string, Message>();

/** The message of a definition, such as `io.k8s.api.core.v1.Pod`. Made once; an unknown name throws. */
export function messageOf(definition: string): Message {
  const known = made.get(definition);
  if (known) return known;
  const rows = Object.hasOwn(PROTOBUF_TABLE, definition) ? PROTOBUF_TABLE[definition] : undefined;
  if (!rows) throw new Error(`there is no definition ${definition} in generated/protobuf.json`);
  const message = messageFrom(rows, objectSchema(definition).fields);
  made.set(definition, message);
  return message;
}

function messageFrom(rows: readonly GeneratedRow[], fields: ReadonlyMap<string, FieldSchema>): Message {
  const message = new Map<number, MessageField | InlinedMessage>();
  for (const [number, name, extra] of rows) {
    const schema = fields.get(name);
    if (Array.isArray(extra)) message.set(number, { inlined: messageFrom(extra, fields) });
    else if (schema) message.set(number, { name, schema, dropsEmpty: extra === 'z' });
  }
  return message;
}
