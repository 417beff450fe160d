// OpenAPI v2 as protobuf: the form that kubectl asks for when it meets a kind that it does not know. The messages are gnostic's `openapi_v2`;
// what no client reads (responses, security) is left out.
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Json } from './definitions.ts';

type Write = (writer: BinaryWriter, value: unknown) => void;

const text: Write = (writer, value) => writer.string(String(value));
const flag: Write = (writer, value) => writer.bool(value === true);
const whole: Write = (writer, value) => writer.int64(Number(value));
const number: Write = (writer, value) => writer.double(Number(value));
/** A value of any kind, as YAML (which JSON is). */
const any: Write = (writer, value) => field(writer, 2, text, JSON.stringify(value));

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

function field(writer: BinaryWriter, number_: number, write: Write, value: unknown): void {
  if (write === flag || write === whole) write(writer.tag(number_, VARINT), value);
  else if (write === number) write(writer.tag(number_, FIXED64), value);
  else if (write === text) write(writer.tag(number_, BYTES), value);
  else {
    writer.tag(number_, BYTES).fork();
    write(writer, value);
    writer.join();
  }
}

/** A message: by JSON key its field number and how the value is written; a list is written value by value. */
function message(fields: () => Readonly<Record<string, readonly [number, Write]>>, extensions?: number): Write {
  return (writer, value) => {
    for (const [key, each] of Object.entries(value as Json)) {
      const known = fields()[key];
      if (known) for (const one of Array.isArray(each) ? each : [each]) field(writer, known[0], known[1], one);
      else if (extensions !== undefined && key.startsWith('x-')) field(writer, extensions, named(any), [key, each]);
    }
  };
}

/** An entry of a map: its name and its value. */
const named =
  (write: Write): Write =>
  (writer, value) => {
    const [name, content] = value as [string, unknown];
    field(writer, 1, text, name);
    field(writer, 2, write, content);
  };
/** A map, as a list of entries. */
const mapOf =
  (number_: number, write: Write): Write =>
  (writer, value) => {
    for (const entry of Object.entries(value as Json)) field(writer, number_, named(write), entry);
  };
/** A message with one list. */
const listOf =
  (write: Write): Write =>
  (writer, value) => {
    for (const one of Array.isArray(value) ? value : [value]) field(writer, 1, write, one);
  };

const additional: Write = (writer, value) => (typeof value === 'boolean' ? field(writer, 2, flag, value) : field(writer, 1, schema, value));
/** Unlike elsewhere, `type` and `items` are messages around a list, and an enum's values are of any kind. */
const schema: Write = message(
  () => ({
    $ref: [1, text],
    format: [2, text],
    title: [3, text],
    description: [4, text],
    default: [5, any],
    maximum: [7, number],
    minimum: [9, number],
    maxLength: [11, whole],
    minLength: [12, whole],
    pattern: [13, text],
    required: [19, text],
    enum: [20, any],
    additionalProperties: [21, additional],
    type: [22, listOf(text)],
    items: [23, listOf(schema)],
    allOf: [24, schema],
    properties: [25, mapOf(1, schema)],
    readOnly: [27, flag],
  }),
  31,
);
const queryParameter = message(() => ({ required: [1, flag], in: [2, text], description: [3, text], name: [4, text], type: [6, text] }));
/** Of the parameters the query's: that is where clients look whether the server knows one. */
const parameter: Write = (writer, value) => {
  if ((value as Json).in !== 'query') return;
  field(writer, 1, (one, query) => field(one, 2, (non, inner) => field(non, 3, queryParameter, inner), query), value);
};
const operation = message(
  () => ({
    tags: [1, text],
    description: [3, text],
    operationId: [5, text],
    produces: [6, text],
    consumes: [7, text],
    parameters: [8, parameter],
  }),
  13,
);
const pathItem = message(() => ({
  get: [2, operation],
  put: [3, operation],
  post: [4, operation],
  delete: [5, operation],
  options: [6, operation],
  head: [7, operation],
  patch: [8, operation],
}));
const info = message(() => ({ title: [1, text], version: [2, text] }));
const document = message(() => ({
  swagger: [1, text],
  info: [2, info],
  paths: [8, mapOf(2, pathItem)],
  definitions: [9, mapOf(1, schema)],
}));

/** The Swagger document as bytes of protobuf. */
export function encodeSwagger(swagger: Json): Uint8Array {
  const writer = new BinaryWriter();
  document(writer, swagger);
  return writer.finish();
}
