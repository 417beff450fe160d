import { expect, test } from 'vitest';
import { NetworkError } from './port.ts';
import { refusalText } from './refusal.ts';

test.each([
  [
    80,
    'EACCES',
    'Cannot open TCP 127.96.0.7:80: ports below 1024 need a right that this process lacks; "sysctl -w net.ipv4.ip_unprivileged_port_start=0" gives it',
  ],
  [8080, 'EADDRINUSE', 'Cannot open TCP 127.96.0.7:8080: another process listens there (EADDRINUSE)'],
  [
    8080,
    'EMFILE',
    'Cannot open TCP 127.96.0.7:8080: this process has as many open files as it may (EMFILE); "ulimit -Hn" (or LimitNOFILE, or /etc/security/limits.conf) gives it more',
  ],
  [8080, 'EADDRNOTAVAIL', 'Cannot open TCP 127.96.0.7:8080: this machine does not have that address (EADDRNOTAVAIL)'],
  [8080, 'ENETDOWN', 'Cannot open TCP 127.96.0.7:8080: listen: ENETDOWN'],
])('port %d, %s', (port, code, message) => {
  expect(refusalText(`TCP 127.96.0.7:${port}`, port, new NetworkError(code, `listen: ${code}`))).toBe(message);
});
