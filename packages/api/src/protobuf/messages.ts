// What the fields of a definition are on the wire: the numbers of field-numbers.json joined to the types of generated/schema.json.
import type { FieldSchema } from '@kubernats/apimachinery';
import { objectSchema } from '../schema/object-schema.ts';
import table from './field-numbers.json' with { type: 'json' };

/** A line a definition, as `scripts/generate-protobuf.mjs` writes and explains it. */
const FIELD_NUMBERS: Readonly<Record<string, string>> = table;
const TOKEN = /(\d+)\{|(\})|([^\s=]+)=(\d+)(\??)/g;

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
  const line = Object.hasOwn(FIELD_NUMBERS, definition) ? FIELD_NUMBERS[definition] : undefined;
  if (line === undefined) throw new Error(`there is no definition ${definition} in field-numbers.json`);
  const message = messageFrom(line, objectSchema(definition).fields);
  made.set(definition, message);
  return message;
}

function messageFrom(line: string, fields: ReadonlyMap<string, FieldSchema>): Message {
  const outer: Map<number, MessageField | InlinedMessage>[] = [];
  let message = new Map<number, MessageField | InlinedMessage>();
  for (const [, opening, closing, name = '', number, empty] of line.matchAll(TOKEN)) {
    const schema = fields.get(name);
    if (opening) {
      const inlined = new Map<number, MessageField | InlinedMessage>();
      message.set(Number(opening), { inlined });
      outer.push(message);
      message = inlined;
    } else if (closing) message = outer.pop() ?? message;
    else if (schema) message.set(Number(number), { name, schema, dropsEmpty: empty === '?' });
  }
  return message;
}
