import { expect, test } from 'vitest';
import { expirationTables } from './expirations.ts';

test('the tables are those of kubeadm', () => {
  const now = Date.UTC(2026, 0, 31, 9, 30);
  const day = 24 * 3_600_000;
  const text = expirationTables(
    [
      { name: 'admin.conf', expiresAtMs: now + 364.5 * day, authority: 'ca' },
      { name: 'apiserver', expiresAtMs: now + 5 * 3_600_000, authority: 'ca' },
      { name: 'old', expiresAtMs: now - day, authority: 'ca' },
    ],
    [{ name: 'ca', expiresAtMs: now + 3650 * day }],
    now,
  );
  expect(text.split('\n')).toEqual([
    'CERTIFICATE   EXPIRES                  RESIDUAL TIME   CERTIFICATE AUTHORITY   EXTERNALLY MANAGED',
    'admin.conf    Jan 30, 2027 21:30 UTC   364d            ca                      no',
    'apiserver     Jan 31, 2026 14:30 UTC   5h              ca                      no',
    'old           Jan 30, 2026 09:30 UTC   <invalid>       ca                      no',
    '',
    'CERTIFICATE AUTHORITY   EXPIRES                  RESIDUAL TIME   EXTERNALLY MANAGED',
    'ca                      Jan 29, 2036 09:30 UTC   10y             no',
  ]);
});
