import { NetworkError } from '@kubernats/net';
import { expect, test } from 'vitest';
import { refusalMessage } from './refusal.ts';

const route = (port: number) => ({
  id: 'x',
  service: 'default/web',
  protocol: 'TCP' as const,
  listen: { host: '127.96.0.7', port },
  backends: [],
});

test.each([
  [
    80,
    'EACCES',
    'Cannot open TCP 127.96.0.7:80: ports below 1024 need a right that the proxy lacks; "sysctl -w net.ipv4.ip_unprivileged_port_start=0" gives it',
  ],
  [8080, 'EADDRINUSE', 'Cannot open TCP 127.96.0.7:8080: another process listens there (EADDRINUSE)'],
  [8080, 'EADDRNOTAVAIL', 'Cannot open TCP 127.96.0.7:8080: listen: EADDRNOTAVAIL'],
])('port %d, %s', (port, code, message) => {
  expect(refusalMessage(route(port), new NetworkError(code, `listen: ${code}`))).toBe(message);
});
