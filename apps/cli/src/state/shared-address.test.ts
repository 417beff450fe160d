import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { type AddressFlags, type Lived, sharedAddress } from './shared-address.ts';

const OWN = ['10.0.0.1', '10.0.0.2'];
const NEW: Lived = { isNew: true, address: undefined };
const LOOPBACK: Lived = { isNew: false, address: undefined };
const SHARED: Lived = { isNew: false, address: '10.0.0.1' };

test.each<[string, AddressFlags, Lived, string | undefined]>([
  ['a cluster is on loopback addresses unless told otherwise', {}, NEW, undefined],
  ['and stays there', { nodes: 5 }, LOOPBACK, undefined],
  ['one with an address', { address: '10.0.0.2', nodes: 1 }, NEW, '10.0.0.2'],
  ['keeps it', {}, SHARED, '10.0.0.1'],
  ['and may get another', { address: '10.0.0.2' }, SHARED, '10.0.0.2'],
])('%s', (_, flags, lived, address) => {
  expect(sharedAddress(flags, lived, OWN)).toBe(address);
});

const has = 'This machine has: 10.0.0.1, 10.0.0.2.';

test.each<[AddressFlags, Lived, string]>([
  [{ address: '10.0.0.9' }, NEW, `--address 10.0.0.9: not an address of this machine. ${has}`],
  [{ address: 'here' }, NEW, `--address here: must be an IPv4 address. ${has}`],
  [{ address: '' }, SHARED, `--address : must be an IPv4 address. ${has}`],
  [{ address: '127.0.0.1' }, NEW, '--address 127.0.0.1: a loopback address is reached by this machine only'],
  [{ address: '10.0.0.1', nodes: 3 }, NEW, '--address and --nodes 3 contradict each other: this machine is one node'],
  [{ nodes: 0 }, SHARED, '--address and --nodes 0 contradict each other'],
  [{ address: '10.0.0.1', nodeConfig: 'x.yaml' }, NEW, '--address and --node-config contradict each other'],
  [{ address: '10.0.0.1', singleProcess: true }, NEW, '--address and --single-process contradict each other'],
  [{ address: '10.0.0.1' }, LOOPBACK, '--address 10.0.0.1: this cluster lives on loopback addresses, and its state is full of them.'],
])('%o is refused', (flags, lived, message) => {
  expect(() => sharedAddress(flags, lived, OWN)).toThrow(message);
  expect(() => sharedAddress(flags, lived, OWN)).toThrow(Failure);
});
