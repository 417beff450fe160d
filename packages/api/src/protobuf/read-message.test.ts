import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { ProtobufError } from './protobuf-error.ts';
import { readMessage } from './read-message.ts';

const core = (name: string): string => `io.k8s.api.core.v1.${name}`;
const meta = (name: string): string => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;
const OBJECT_META = meta('ObjectMeta');

/** Writes one message: `text(1, 'a')`, `bytes(2, …)`, `varint(3, -1n)`. */
function message(build: (writer: MessageWriter) => void): Uint8Array {
  const writer = new MessageWriter();
  build(writer);
  return writer.finish();
}

class MessageWriter extends BinaryWriter {
  text(number: number, value: string): void {
    this.tag(number, WireType.LengthDelimited).string(value);
  }

  part(number: number, value: Uint8Array | ((writer: MessageWriter) => void)): void {
    this.tag(number, WireType.LengthDelimited).bytes(typeof value === 'function' ? message(value) : value);
  }

  varint(number: number, value: number | bigint): void {
    this.tag(number, WireType.Varint).int64(value);
  }
}

const time = (seconds: number, nanos = 0): Uint8Array =>
  message((w) => {
    w.varint(1, seconds);
    w.varint(2, nanos);
  });

describe('scalars', () => {
  it('reads texts, numbers and booleans, and keeps what Go keeps', () => {
    const bytes = message((w) => {
      w.text(1, 'main');
      w.text(2, '');
      w.varint(16, 1);
      w.varint(17, 0);
    });
    expect(readMessage(core('Container'), bytes)).toEqual({ name: 'main', stdin: true });
    expect(
      readMessage(
        core('Container'),
        message((w) => w.text(1, '')),
      ),
    ).toEqual({ name: '' });
  });

  it('reads negative and large whole numbers', () => {
    const read = (number: number, value: number | bigint): unknown =>
      readMessage(
        core('PodSecurityContext'),
        message((w) => w.varint(number, value)),
      );
    expect(read(2, -1)).toEqual({ runAsUser: -1 });
    expect(read(2, 5_000_000_000)).toEqual({ runAsUser: 5_000_000_000 });
    expect(
      readMessage(
        'io.k8s.api.apps.v1.DeploymentSpec',
        message((w) => w.varint(1, -1)),
      ),
    ).toEqual({ replicas: -1 });
  });

  it('keeps a zero that a pointer leads to', () => {
    expect(
      readMessage(
        'io.k8s.api.apps.v1.DeploymentSpec',
        message((w) => {
          w.varint(1, 0);
          w.varint(5, 0);
        }),
      ),
    ).toEqual({ replicas: 0 });
  });

  it('keeps a byte-order mark and replaces what is no UTF-8, as Go does when it writes JSON', () => {
    const bytes = message((w) => w.part(1, Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xff)));
    expect(readMessage(core('Container'), bytes)).toEqual({ name: '\ufeffa\ufffd' });
  });
});

describe('lists and maps', () => {
  it('reads numbers one by one and packed', () => {
    const bytes = message((w) => {
      w.varint(4, 1);
      w.part(4, Uint8Array.of(2, 0xac, 0x02));
      w.varint(4, 4);
    });
    expect(readMessage(core('PodSecurityContext'), bytes)).toEqual({ supplementalGroups: [1, 2, 300, 4] });
  });

  it('keeps empty elements', () => {
    const bytes = message((w) => {
      w.text(3, '');
      w.text(3, 'b');
    });
    expect(readMessage(core('Container'), bytes)).toEqual({ command: ['', 'b'] });
  });

  it('reads maps of texts, of bytes as base64, of quantities and of lists', () => {
    const entry = (key: string, value: Uint8Array): ((w: MessageWriter) => void) =>
      function write(w) {
        w.text(1, key);
        w.part(2, value);
      };
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    expect(
      readMessage(
        core('Secret'),
        message((w) => w.part(2, entry('k', Uint8Array.of(0xff, 0x00)))),
      ),
    ).toEqual({ data: { k: '/wA=' } });
    expect(
      readMessage(
        core('NodeStatus'),
        message((w) => w.part(1, entry('cpu', Uint8Array.of(0x0a, 2, 0x31, 0x6d)))),
      ),
    ).toEqual({ capacity: { cpu: '1m' } });
    const extra = message((w) => {
      w.text(1, 'a');
      w.text(1, 'b');
    });
    expect(
      readMessage(
        'io.k8s.api.authentication.v1.UserInfo',
        message((w) => w.part(4, entry('scopes', extra))),
      ),
    ).toEqual({ extra: { scopes: ['a', 'b'] } });
    expect(
      readMessage(
        OBJECT_META,
        message((w) => {
          w.part(11, entry('a', text('1')));
          w.part(11, entry('a', text('2')));
          w.part(11, (entry) => entry.text(1, 'only-key'));
        }),
      ),
    ).toEqual({ labels: { a: '2', 'only-key': '' } });
  });

  it('takes __proto__ for a key and nothing more', () => {
    const { labels } = readMessage(
      OBJECT_META,
      message((w) =>
        w.part(11, (entry) => {
          entry.text(1, '__proto__');
          entry.text(2, 'x');
        }),
      ),
    );
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
    expect(Object.keys(labels as object)).toEqual(['__proto__']);
  });
});

describe('special types', () => {
  it('reads times; none is absent', () => {
    const read = (number: number, bytes: Uint8Array): unknown =>
      readMessage(
        OBJECT_META,
        message((w) => w.part(number, bytes)),
      );
    expect(read(8, time(1_700_000_000, 5))).toEqual({ creationTimestamp: '2023-11-14T22:13:20Z' });
    expect(read(9, time(-1))).toEqual({ deletionTimestamp: '1969-12-31T23:59:59Z' });
    expect(read(8, new Uint8Array())).toEqual({});
    expect(() => read(8, time(1e15))).toThrow('year outside of range');
  });

  it('reads times with microseconds', () => {
    const bytes = message((w) => w.part(3, time(1_700_000_000, 1_234_567)));
    expect(readMessage('io.k8s.api.coordination.v1.LeaseSpec', bytes)).toEqual({ acquireTime: '2023-11-14T22:13:20.001234Z' });
  });

  it('reads numbers or texts, whichever the type says', () => {
    const port = (type: number): unknown =>
      readMessage(
        core('ServicePort'),
        message((w) =>
          w.part(4, (value) => {
            value.varint(1, type);
            value.varint(2, 80);
            value.text(3, 'http');
          }),
        ),
      );
    expect(port(0)).toEqual({ targetPort: 80 });
    expect(port(1)).toEqual({ targetPort: 'http' });
  });

  it('reads quantities; an empty one is 0', () => {
    const limit = (value: Uint8Array): unknown =>
      readMessage(
        core('EmptyDirVolumeSource'),
        message((w) => w.part(2, value)),
      );
    expect(limit(message((w) => w.text(1, '1Gi')))).toEqual({ sizeLimit: '1Gi' });
    expect(limit(new Uint8Array())).toEqual({ sizeLimit: '0' });
  });

  it('reads the JSON of managed fields', () => {
    const entry = (json: string): unknown =>
      readMessage(
        meta('ManagedFieldsEntry'),
        message((w) => w.part(7, (fields) => fields.text(1, json))),
      );
    expect(entry('{"f:spec":{}}')).toEqual({ fieldsV1: { 'f:spec': {} } });
    expect(() => entry('{')).toThrow('proto: invalid JSON');
  });
});

describe('messages in messages', () => {
  it('puts the fields of an inlined message into their parent', () => {
    const bytes = message((w) => {
      w.part(1, (handler) => handler.part(3, (tcp) => tcp.part(1, (port) => port.varint(2, 80))));
      w.varint(2, 5);
    });
    expect(readMessage(core('Probe'), bytes)).toEqual({ tcpSocket: { port: 80 }, initialDelaySeconds: 5 });
  });

  it('merges a message that comes in two parts', () => {
    const bytes = message((w) => {
      w.part(1, (metadata) => metadata.text(1, 'a'));
      w.part(1, (metadata) => metadata.text(3, 'b'));
    });
    expect(readMessage(core('Pod'), bytes)).toEqual({ metadata: { name: 'a', namespace: 'b' } });
  });

  it('skips what the definition does not have', () => {
    const bytes = message((w) => {
      w.varint(1000, 7);
      w.part(1001, Uint8Array.of(1, 2, 3));
      w.tag(1002, WireType.Bit64).fixed64(1);
      w.tag(1003, WireType.Bit32).fixed32(1);
      w.tag(1004, WireType.StartGroup).tag(1004, WireType.EndGroup);
      w.text(1, 'a');
    });
    expect(readMessage(core('Container'), bytes)).toEqual({ name: 'a' });
  });
});

it('R1: reads what is a schema, or something else', () => {
  const text = (w: MessageWriter) => w.text(5, 'string');
  const schema = message((w) => {
    w.part(24, (items) => items.part(1, text));
    w.part(30, (values) => {
      values.varint(1, 1);
      values.part(2, text);
    });
    w.part(8, (value) => value.text(1, '{"a":1}'));
  });
  const definition = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';
  expect(readMessage(definition, schema)).toEqual({
    items: { type: 'string' },
    additionalProperties: { type: 'string' },
    default: { a: 1 },
  });
  expect(
    readMessage(
      definition,
      message((w) => w.part(30, (values) => values.varint(1, 1))),
    ),
  ).toEqual({ additionalProperties: true });
  expect(
    readMessage(
      definition,
      message((w) => w.part(24, (items) => items.part(2, text))),
    ),
  ).toEqual({ items: [{}] });
});

describe('what is no such message', () => {
  const cases: [string, number[], string][] = [
    ['a text that ends early', [0x0a, 5, 0x61], 'unexpected EOF'],
    ['a tag without a value', [0x0a], 'unexpected EOF'],
    ['a length beyond all memory', [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], 'unexpected EOF'],
    ['a varint without an end', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80], 'proto: invalid varint'],
    ['field 0', [0x02, 0], 'proto: illegal tag: field no 0 wire type 2'],
    ['a wire type that there is not', [0x0f], 'proto: illegal tag: field no 1 wire type 7'],
    ['a number where a text belongs', [0x08, 1], 'proto: wrong wireType = 0 for field Name'],
    ['the end of a group that never began', [0x0c], 'proto: Container: wiretype end group for non-group'],
    [
      'groups in groups without end',
      Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? 0xa3 : 0x06)),
      'proto: maximum recursion depth reached',
    ],
  ];
  it.each(cases)('%s', (_, bytes, why) => {
    expect(() => readMessage(core('Container'), Uint8Array.from(bytes))).toThrow(new ProtobufError(why));
  });
});
