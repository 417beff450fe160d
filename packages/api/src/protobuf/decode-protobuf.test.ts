import { Buffer } from 'node:buffer';
import { StatusError } from '@kubernats/errors';
import { describe, expect, it } from 'vitest';
import bodies from '../../test/kubectl-bodies.json' with { type: 'json' };
import { decodeObject, decodeProtobuf } from '../decode/decode-object.ts';
import { DELETE_OPTIONS, type DecodeTarget, targetOf } from '../decode/target.ts';
import { KINDS } from '../kinds/index.ts';

/** What kubectl 1.32 sent for a command, and the object that it shows with `--dry-run=client -o json` (or that was asked for). */
interface Body {
  command: string;
  hex: string;
  object: { apiVersion: string; kind: string };
}

const BODIES: readonly Body[] = bodies;

function targetFor({ apiVersion, kind }: Body['object']): DecodeTarget {
  if (kind === 'DeleteOptions') return DELETE_OPTIONS;
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return KINDS.find((row) => row.kind === kind && row.group === group) ?? targetOf({ group, version, kind });
}

const POD = targetOf({ group: '', version: 'v1', kind: 'Pod' });
const DEPLOYMENT = targetOf({ group: 'apps', version: 'v1', kind: 'Deployment' });
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('R1: bodies of kubectl', () => {
  it.each(BODIES)('kubectl $command', async ({ hex, object }) => {
    const target = targetFor(object);
    const decoded = await decodeProtobuf(target, bytesOf(hex), { fieldValidation: 'Strict' });
    const fromJson = decodeObject(target, new TextEncoder().encode(JSON.stringify(object)));
    expect(decoded).toEqual({ object: fromJson.object, warnings: [] });
  });
});

describe('what cannot be read', () => {
  const refused = (target: DecodeTarget, body: Uint8Array): Promise<unknown> =>
    decodeProtobuf(target, body).then(
      () => 'decoded',
      (error: unknown) => (error instanceof StatusError ? `${error.code} ${error.message}` : error),
    );
  const deployment = bytesOf(BODIES[0]?.hex ?? '');

  it('says that a body is no protobuf, or empty', async () => {
    expect(await refused(POD, Buffer.from('{}'))).toBe(
      '400 the object provided is unrecognized (must be of type Pod): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})',
    );
    expect(await refused(POD, new Uint8Array())).toBe(
      '400 the object provided is unrecognized (must be of type Pod): empty data (<empty>)',
    );
    expect(await refused(POD, bytesOf('6b387300'))).toBe(
      '400 the object provided is unrecognized (must be of type Pod): empty body (6b387300)',
    );
    expect(await refused(POD, bytesOf('6b3873000aff'))).toBe(
      '400 the object provided is unrecognized (must be of type Pod): unexpected EOF (6b3873000aff)',
    );
  });

  it('says that the object is cut off', async () => {
    expect(await refused(DEPLOYMENT, bytesOf('6b38730012020a05'))).toBe(
      '400 Deployment in version "v1" cannot be handled as a Deployment: unexpected EOF',
    );
  });

  it('refuses an object of another kind by its name', async () => {
    expect(await refused(POD, deployment)).toMatch(/^400 Deployment in version "v1" cannot be handled as a Pod: /);
  });

  it('reads an object that does not say what it is as what the path says', async () => {
    const { object } = await decodeProtobuf(POD, bytesOf('6b38730012050a030a0161'));
    expect(object).toEqual({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } });
  });

  it('answers 400 or reads an object, wherever a body ends and whatever byte is wrong', async () => {
    for (const { hex, object } of BODIES) {
      const whole = bytesOf(hex);
      const target = targetFor(object);
      const bad = Array.from(whole, (_, end) => whole.slice(0, end));
      for (let at = 0; at < whole.length; at++) {
        for (const flip of [0x01, 0x80, 0xff]) {
          const broken = whole.slice();
          broken[at] = (broken[at] ?? 0) ^ flip;
          bad.push(broken);
        }
      }
      for (const body of bad) expect(await refused(target, body)).toMatch(/^(decoded|400 )/);
    }
  });
});
