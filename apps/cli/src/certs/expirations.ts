import { table } from '../commands/table.ts';

/** When a certificate ends, milliseconds since 1970. */
export interface Expiration {
  name: string;
  expiresAtMs: number;
  /** Who has signed it; undefined: nobody outside of a kubeconfig looks. */
  authority?: string;
}

const DAY_MS = 24 * 3_600_000;
const YEAR_MS = 365 * DAY_MS;

/** The two tables of `kubeadm certs check-expiration`. */
export function expirationTables(certificates: readonly Expiration[], authorities: readonly Expiration[], nowMs: number): string {
  const row = ({ name, expiresAtMs }: Expiration) => [name, dateOf(expiresAtMs), residual(expiresAtMs - nowMs)];
  const of = [
    ['CERTIFICATE', 'EXPIRES', 'RESIDUAL TIME', 'CERTIFICATE AUTHORITY', 'EXTERNALLY MANAGED'],
    ...certificates.map((each) => [...row(each), each.authority ?? '', 'no']),
  ];
  const by = [
    ['CERTIFICATE AUTHORITY', 'EXPIRES', 'RESIDUAL TIME', 'EXTERNALLY MANAGED'],
    ...authorities.map((each) => [...row(each), 'no']),
  ];
  return `${table(of)}\n\n${table(by)}`;
}

/** `Jan 31, 2027 09:30 UTC`. */
function dateOf(ms: number): string {
  const date = new Date(ms);
  const day = date.toLocaleDateString('en-US', { month: 'short', day: '2-digit', year: 'numeric', timeZone: 'UTC' });
  return `${day} ${date.toISOString().slice(11, 16)} UTC`;
}

/** As kubectl writes an age: its largest unit alone. */
function residual(ms: number): string {
  if (ms < 0) return '<invalid>';
  if (ms >= 2 * YEAR_MS) return `${Math.floor(ms / YEAR_MS)}y`;
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS)}d`;
  return ms >= 3_600_000 ? `${Math.floor(ms / 3_600_000)}h` : `${Math.floor(ms / 60_000)}m`;
}
