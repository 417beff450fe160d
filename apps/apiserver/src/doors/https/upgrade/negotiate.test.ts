import { expect, test } from 'vitest';
import { negotiate, TUNNEL, type UpgradeHeaders } from './negotiate.ts';

const asked = (headers: Partial<UpgradeHeaders>): UpgradeHeaders => ({
  method: 'GET',
  upgrade: undefined,
  webSocketProtocols: undefined,
  streamProtocols: undefined,
  userAgent: undefined,
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

test.each([
  ['kubectl/v1.32.4 (linux/amd64) kubernetes/59526cd', 'none'],
  ['kubectl/v1.29.14 (darwin/arm64) kubernetes/1cc9f2d', 'none'],
  ['kubectl.exe/v1.33.1 (windows/amd64) kubernetes/8adc0f0', 'none'],
  ['kubectl/v1.34.0 (linux/amd64) kubernetes/f28b4c9', 'webSocket'],
  ['kubectl/v1.36.0 (linux/amd64) kubernetes/0000000', 'webSocket'],
  ['k9s/v0.50.0 (linux/amd64) kubernetes/0000000', 'webSocket'],
] as const)('commands of %s, over a WebSocket: %s, as some versions lose what comes over one', (userAgent, transport) => {
  const headers = asked({ upgrade: 'websocket', webSocketProtocols: 'v5.channel.k8s.io', userAgent });
  expect(negotiate('command', headers)).toMatchObject({ transport, ...(transport === 'none' && { code: 403 }) });
  expect(negotiate('portForward', { ...headers, webSocketProtocols: TUNNEL })).toMatchObject({ transport: 'webSocket' });
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
