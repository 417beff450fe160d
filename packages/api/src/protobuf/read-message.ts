// One walk over a message: its fields by number, brought to the form that they have in JSON. What the definition does not know is
// skipped, as protobuf wants it. Source: the protobuf wire format, and the messages that go-to-protobuf makes of Kubernetes' types.
import { Buffer } from 'node:buffer';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { FieldSchema } from '@kubernats/apimachinery';
import { type Message, type MessageField, messageOf } from './messages.ts';
import { ProtobufError } from './protobuf-error.ts';
import { readIntOrString, readQuantity, readRawJson, readTime } from './special-types.ts';

type Json = Record<string, unknown>;

/** No definition nests as deep; one that refers to itself could. */
const MAX_DEPTH = 100;

/** The JSON form of a message of the definition, a fresh object. Throws ProtobufError for bytes that are no such message. */
export function readMessage(definition: string, bytes: Uint8Array): Json {
  const object: Json = {};
  const message = messageOf(definition);
  try {
    new MessageReader().message(object, message, definition, bytes);
  } catch (error) {
    throw ProtobufError.from(error);
  }
  return object;
}

class MessageReader {
  #depth = 0;

  /** Fields that come twice are merged (objects), appended to (lists), or the last wins. */
  message(into: Json, message: Message, definition: string, bytes: Uint8Array): void {
    if (++this.#depth > MAX_DEPTH) throw new ProtobufError('proto: exceeded max depth');
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      const field = message.get(number);
      if (wireType === WireType.EndGroup) throw new ProtobufError(`proto: ${lastOf(definition)}: wiretype end group for non-group`);
      if (!field) {
        reader.skip(wireType, number);
      } else if ('inlined' in field) {
        expectWireType(wireType, WireType.LengthDelimited, `${lastOf(definition)}.${number}`);
        this.message(into, field.inlined, definition, reader.bytes());
      } else {
        this.#field(into, field, reader, wireType);
      }
    }
    this.#depth--;
  }

  #field(into: Json, { name, schema, dropsEmpty }: MessageField, reader: BinaryReader, wireType: WireType): void {
    switch (schema.type) {
      case 'array':
        this.#append(listIn(into, name), schema.items, reader, wireType, name);
        return;
      case 'map':
        expectWireType(wireType, WireType.LengthDelimited, name);
        this.#entry(objectIn(into, name), schema.items, reader.bytes(), name);
        return;
      case 'object':
        expectWireType(wireType, WireType.LengthDelimited, name);
        this.#object(objectIn(into, name), schema, reader.bytes());
        return;
      default: {
        const value = this.#value(schema, reader, wireType, name);
        if (value === undefined || (dropsEmpty && (value === '' || value === 0 || value === false))) delete into[name];
        else into[name] = value;
      }
    }
  }

  /** One element, or many packed numbers. */
  #append(list: unknown[], items: FieldSchema | undefined, reader: BinaryReader, wireType: WireType, name: string): void {
    if (!items) return;
    if (wireType !== WireType.LengthDelimited || (items.type !== 'integer' && items.type !== 'boolean')) {
      list.push(this.#value(items, reader, wireType, name) ?? null);
      return;
    }
    const packed = new BinaryReader(reader.bytes());
    while (packed.pos < packed.len) list.push(this.#value(items, packed, WireType.Varint, name));
  }

  /** An entry of a map is a message: key 1, value 2. What it leaves out is empty. */
  #entry(into: Json, items: FieldSchema | undefined, bytes: Uint8Array, name: string): void {
    if (!items) return;
    const reader = new BinaryReader(bytes);
    let key = '';
    let value: unknown;
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 1) {
        expectWireType(wireType, WireType.LengthDelimited, name);
        key = reader.string();
      } else if (number === 2) value = this.#value(items, reader, wireType, name);
      else reader.skip(wireType, number);
    }
    // As JSON.parse does: `__proto__` becomes a key like any other, which conform then takes out.
    Object.defineProperty(into, key, { value: value ?? emptyOf(items), enumerable: true, configurable: true, writable: true });
  }

  #object(into: Json, schema: FieldSchema, bytes: Uint8Array): Json {
    if (schema.object) this.message(into, messageOf(schema.object.name), schema.object.name, bytes);
    return into;
  }

  #value(schema: FieldSchema, reader: BinaryReader, wireType: WireType, name: string): unknown {
    if (schema.type === 'number') {
      expectWireType(wireType, WireType.Bit64, name);
      return reader.double();
    }
    if (schema.type === 'integer' || schema.type === 'boolean') {
      expectWireType(wireType, WireType.Varint, name);
      if (schema.type === 'boolean') return reader.bool();
      return schema.format === 'int32' ? reader.int32() : Number(reader.int64());
    }
    expectWireType(wireType, WireType.LengthDelimited, name);
    switch (schema.type) {
      case 'string':
        return this.#string(schema.format, reader);
      case 'object':
        return this.#object({}, schema, reader.bytes());
      case 'quantity':
        return readQuantity(reader.bytes());
      case 'intOrString':
        return readIntOrString(reader.bytes());
      case 'any':
        return schema.object ? this.#schemaOr(schema, reader.bytes(), name) : readRawJson(reader.bytes());
      case 'array':
        return this.#wrappedList(schema.items, reader.bytes(), name);
      case 'map':
        throw new Error(`${name}: protobuf has no lists or maps of maps`);
    }
  }

  /**
   * `JSONSchemaPropsOrBool`: whether anything is allowed (1) and the schema (2); `JSONSchemaPropsOrArray` and `JSONSchemaPropsOrStringArray`: the schema
   * (1), and the list (2) of which no schema of a CustomResourceDefinition may make use. The schema counts where it is there.
   */
  #schemaOr(schema: FieldSchema, bytes: Uint8Array, name: string): unknown {
    const reader = new BinaryReader(bytes);
    let other: unknown = name.startsWith('additional') ? false : {};
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 1 && wireType === WireType.Varint) other = reader.bool();
      else if (wireType !== WireType.LengthDelimited) reader.skip(wireType, number);
      else if ((number === 2) === name.startsWith('additional')) return this.#object({}, schema, reader.bytes());
      else {
        reader.skip(wireType, number);
        other = [{}];
      }
    }
    return other;
  }

  #string(format: string | undefined, reader: BinaryReader): string | undefined {
    if (format === 'date-time' || format === 'micro-time') return readTime(reader.bytes(), format === 'micro-time');
    if (format !== 'byte') return reader.string();
    const { buffer, byteOffset, byteLength } = reader.bytes();
    return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  }

  /** A list inside of a map is a message of its own (`ExtraValue`): its items are field 1. */
  #wrappedList(items: FieldSchema | undefined, bytes: Uint8Array, name: string): unknown[] {
    const list: unknown[] = [];
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === 1) this.#append(list, items, reader, wireType, name);
      else reader.skip(wireType, number);
    }
    return list;
  }
}

function expectWireType(given: WireType, wanted: WireType, name: string): void {
  if (given === wanted) return;
  throw new ProtobufError(`proto: wrong wireType = ${given} for field ${name.charAt(0).toUpperCase()}${name.slice(1)}`);
}

const lastOf = (definition: string): string => definition.slice(definition.lastIndexOf('.') + 1);

function listIn(into: Json, name: string): unknown[] {
  const known = into[name];
  if (Array.isArray(known)) return known;
  const list: unknown[] = [];
  into[name] = list;
  return list;
}

function objectIn(into: Json, name: string): Json {
  const known = into[name];
  if (typeof known === 'object' && known !== null) return known as Json;
  const object: Json = {};
  into[name] = object;
  return object;
}

function emptyOf(items: FieldSchema): unknown {
  if (items.type === 'array') return [];
  if (items.type === 'object') return {};
  return items.type === 'quantity' ? '0' : '';
}
