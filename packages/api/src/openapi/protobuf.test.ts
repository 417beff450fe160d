import { BinaryReader } from '@bufbuild/protobuf/wire';
import { expect, test } from 'vitest';
import { KINDS } from '../kinds/index.ts';
import { OpenApiDocuments } from './documents.ts';
import { encodeSwagger } from './protobuf.ts';

/** The fields of a message: by number, the bytes of each that has some. */
function fieldsOf(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, Uint8Array[]>();
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (type !== 2) reader.skip(type, number);
    else fields.set(number, [...(fields.get(number) ?? []), reader.bytes()]);
  }
  return fields;
}
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
/** The entries of a map message. */
const entries = (bytes: Uint8Array | undefined, number: number): Map<string, Uint8Array> =>
  new Map(
    (fieldsOf(bytes ?? new Uint8Array()).get(number) ?? []).map((entry) => {
      const parts = fieldsOf(entry);
      return [text(parts.get(1)?.[0]), parts.get(2)?.[0] ?? new Uint8Array()];
    }),
  );

test('R1: the OpenAPI document in protobuf has every definition of the JSON one, with its kind and its fields', async () => {
  const documents = new OpenApiDocuments(KINDS, 'v1.36.0');
  const json = JSON.parse(text(await documents.v2())) as { definitions: Record<string, unknown>; paths: Record<string, unknown> };
  const document = fieldsOf(await documents.v2Protobuf());
  expect(text(document.get(1)?.[0])).toBe('2.0');
  expect([...entries(document.get(8)?.[0], 2).keys()]).toEqual(Object.keys(json.paths));
  const definitions = entries(document.get(9)?.[0], 1);
  expect([...definitions.keys()]).toEqual(Object.keys(json.definitions));
  const pod = definitions.get('io.k8s.api.core.v1.Pod') ?? new Uint8Array();
  expect([...entries(fieldsOf(pod).get(25)?.[0], 1).keys()]).toEqual(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const kinds = entries(pod, 31).get('x-kubernetes-group-version-kind') ?? new Uint8Array();
  expect(JSON.parse(text(fieldsOf(kinds).get(2)?.[0]))).toEqual([{ group: '', kind: 'Pod', version: 'v1' }]);
});

test('scalars, lists and additional properties keep their forms', () => {
  const properties = {
    count: { type: 'integer', maximum: 5, minLength: 1, readOnly: true },
    names: { type: 'array', items: { type: 'string' } },
    map: { type: 'object', additionalProperties: { $ref: '#/definitions/X' } },
    open: { additionalProperties: true },
  };
  const definitions = entries(fieldsOf(encodeSwagger({ definitions: { X: { properties } } })).get(9)?.[0], 1);
  const x = entries(fieldsOf(definitions.get('X') ?? new Uint8Array()).get(25)?.[0], 1);
  expect(text(fieldsOf(fieldsOf(x.get('count') ?? new Uint8Array()).get(22)?.[0] ?? new Uint8Array()).get(1)?.[0])).toBe('integer');
  const item = fieldsOf(fieldsOf(x.get('names') ?? new Uint8Array()).get(23)?.[0] ?? new Uint8Array()).get(1)?.[0];
  expect(text(fieldsOf(fieldsOf(item ?? new Uint8Array()).get(22)?.[0] ?? new Uint8Array()).get(1)?.[0])).toBe('string');
  const value = fieldsOf(fieldsOf(x.get('map') ?? new Uint8Array()).get(21)?.[0] ?? new Uint8Array()).get(1)?.[0];
  expect(text(fieldsOf(value ?? new Uint8Array()).get(1)?.[0])).toBe('#/definitions/X');
});
