import { join } from 'node:path';
import { realClock } from '@kubernats/clock';
import { CERTIFICATES, type CertificateRow, certificateIn, certificatesOf } from '../certs/certificates.ts';
import { expirationTables } from '../certs/expirations.ts';
import { RENEW } from '../certs/renew.ts';
import { Failure } from '../failure.ts';
import { type ClusterPaths, clusterPaths } from '../state/paths.ts';

/** Shows when the certificates of a cluster end. */
export function certsCheckExpiration(options: { name: string }): void {
  const paths = clusterPaths(options.name);
  const rows = certificatesOf(paths);
  const certificates = rows.map(({ name, file, authority }) => ({ name, expiresAtMs: endOf(file(paths)), authority }));
  const authorities = [...new Set(rows.map(({ authority }) => authority))].map((name) => ({
    name,
    expiresAtMs: endOf(join(paths.pki, `${name}.crt`)),
  }));
  print(expirationTables(certificates, authorities, realClock.now()));
}

/** Makes one certificate of a cluster anew, or all of them. What runs takes the API server's up by itself. */
export async function certsRenew(what: string, options: { name: string }): Promise<void> {
  const paths = clusterPaths(options.name);
  const there = certificatesOf(paths);
  const wanted = what === 'all' ? there : [rowOf(what, there, paths)];
  for (const row of wanted) {
    await RENEW[row.name](paths);
    print(`${row.purpose} renewed`);
  }
  if (what !== 'all') return;
  print(
    '\nDone renewing certificates. A running API server uses its own for new connections within some seconds; clients need the new kubeconfig.',
  );
  if (there.some(({ name }) => name === 'nats-server')) print('nats-server reads its own when it starts: ./kubernats down, then up.');
}

function rowOf(name: string, there: readonly CertificateRow[], { cluster }: ClusterPaths): CertificateRow {
  const row = there.find((each) => each.name === name);
  if (row) return row;
  const known = CERTIFICATES.some((each) => each.name === name);
  const names = ['all', ...there.map((each) => each.name)].join(', ');
  throw new Failure(
    known ? `cluster ${cluster} has no certificate ${name}: it has ${names}` : `no certificate ${name}: choose one of ${names}`,
    2,
  );
}

const endOf = (file: string): number => certificateIn(file).validToDate.getTime();
const print = (text: string): void => void process.stdout.write(`${text}\n`);
