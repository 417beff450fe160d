import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { FrontProxies } from '../../../authn/front-proxies.ts';
import { peerOf as peerOfProxied, type Request } from './peer.ts';

const peerOf = (request: Request, nowMs: number) => peerOfProxied(request, nowMs, new FrontProxies(undefined));
const EXPIRES_MS = Date.UTC(2026, 5, 1, 12);
const requestOn = (socket: Partial<TLSSocket>): Request => ({ socket }) as Request;
const certificate = { subject: { CN: 'ann' }, fingerprint256: 'AB:01', valid_to: 'Jun  1 12:00:00 2026 GMT' };
const socketWith = (peer: object, authorized: boolean): Partial<TLSSocket> => ({
  authorized,
  getPeerCertificate: (() => peer) as TLSSocket['getPeerCertificate'],
});

test('V4: on an open connection too, a certificate counts until it expires', () => {
  const request = requestOn(socketWith(certificate, true));
  expect(peerOf(request, EXPIRES_MS - 1)).toMatchObject({ name: 'ann' });
  expect(peerOf(request, EXPIRES_MS)).toBe('untrusted');
});

test('the user of a connection is the same object for each of its requests', () => {
  const socket = socketWith(certificate, true);
  expect(peerOf(requestOn(socket), 0)).toBe(peerOf(requestOn(socket), 1));
});

test('a certificate that TLS does not take is untrusted; without one it is nobody yet', () => {
  expect(peerOf(requestOn(socketWith(certificate, false)), 0)).toBe('untrusted');
  expect(peerOf(requestOn(socketWith({}, false)), EXPIRES_MS)).toBeUndefined();
});
