import { expect, test } from 'vitest';
import { negotiate, TUNNEL, type UpgradeHeaders } from './negotiate.ts';

const asked = (headers: Partial<UpgradeHeaders>): UpgradeHeaders => ({
  method: 'GET',
  upgrade: undefined,
  webSocketProtocols: undefined,
  streamProtocols: undefined,
  ...headers,
});

test.each([
  ['command', 'v4.channel.k8s.io, v5.channel.k8s.io', 'v5.channel.k8s.io'],
  ['command', 'base64.channel.k8s.io,channel.k8s.io', 'channel.k8s.io'],
  ['command', undefined, ''],
  ['portForward', TUNNEL, TUNNEL],
  ['portForward', `v4.channel.k8s.io, ${TUNNEL}`, TUNNEL],
] as const)('a WebSocket for %s that offers %s speaks "%s"', (kind, webSocketProtocols, protocol) => {
  expect(negotiate(kind, asked({ upgrade: 'WebSocket', webSocketProtocols }))).toEqual({ transport: 'webSocket', protocol });
});

test('SPDY is spoken whatever the method', () => {
  const headers = asked({ method: 'POST', upgrade: 'SPDY/3.1', streamProtocols: 'portforward.k8s.io' });
  expect(negotiate('portForward', headers)).toEqual({ transport: 'spdy', protocol: 'portforward.k8s.io' });
  expect(negotiate('command', { ...headers, streamProtocols: undefined })).toEqual({ transport: 'spdy', protocol: '' });
});

test('what nobody speaks here is refused, with what is', () => {
  expect(negotiate('portForward', asked({ upgrade: 'websocket', webSocketProtocols: 'x' }))).toMatchObject({
    transport: 'none',
    code: 403,
    headers: { 'Sec-Websocket-Protocol': expect.stringContaining(TUNNEL) },
  });
  for (const upgrade of ['h2c', 'spdy/2', '', undefined]) expect(negotiate('command', asked({ upgrade }))).toMatchObject({ code: 400 });
  expect(negotiate('command', asked({ method: 'POST', upgrade: 'websocket' }))).toMatchObject({ code: 400 });
});
