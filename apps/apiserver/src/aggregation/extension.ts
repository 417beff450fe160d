import { Buffer } from 'node:buffer';
import { type APIService, KINDS } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';

/** A version of a group that another API server serves: an APIService that names a Service. */
export interface Extension {
  /** Of the APIService: `v1.example.com`. */
  name: string;
  group: string;
  version: string;
  service: { namespace: string; name: string; port: number };
  /** Who may have signed the server's certificate, PEM; undefined: whom the system trusts. */
  caPem: string | undefined;
  /** Whoever answers will do. */
  insecureSkipTlsVerify: boolean;
  groupPriority: number;
  versionPriority: number;
  /** Whether requests are passed on. */
  isAvailable: boolean;
}

const HTTPS_PORT = 443;

/** Undefined for what this server serves itself: nobody takes the place of a kind of its own. */
export function extensionOf({ metadata, spec, status }: APIService): Extension | undefined {
  if (!spec?.service || isBuiltIn(spec)) return undefined;
  const { group = '', version = '', service, caBundle, insecureSkipTLSVerify = false, groupPriorityMinimum, versionPriority } = spec;
  const { namespace = '', name = '', port = HTTPS_PORT } = service;
  return {
    name: metadata?.name ?? '',
    group,
    version,
    service: { namespace, name, port },
    caPem: caBundle ? Buffer.from(caBundle, 'base64').toString('utf8') : undefined,
    insecureSkipTlsVerify: insecureSkipTLSVerify,
    groupPriority: groupPriorityMinimum,
    versionPriority,
    isAvailable: status?.conditions?.some(({ type, status: is }) => type === 'Available' && is === 'True') ?? false,
  };
}

/** Whether two of them are the same server, by all that it is known by. */
export const isSameServer = (a: Extension, b: Extension): boolean =>
  a === b || (a.caPem === b.caPem && a.insecureSkipTlsVerify === b.insecureSkipTlsVerify && deepEqual(a.service, b.service));

const builtIn = new Set(KINDS.map(({ group, version }) => `${group}/${version}`));

const isBuiltIn = ({ group = '', version = '' }: { group?: string; version?: string }): boolean => builtIn.has(`${group}/${version}`);
