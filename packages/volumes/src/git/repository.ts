import { BackendError, type VolumeRef } from '../port.ts';

/** Where a repository is: somewhere that git reaches over the network, or on the disk of the volume's node. */
export type Repository = { kind: 'remote'; url: string } | { kind: 'node'; path: string };

/** What is to be checked out. Source: the Volumes concept, "gitRepo". */
export interface Checkout {
  readonly repository: Repository;
  /** A branch, a tag or a commit; undefined: what the repository's HEAD is. */
  readonly revision: string | undefined;
  /** Where in the volume: names, none for its top. */
  readonly directory: readonly string[];
}

export const PARAMETERS = ['repository', 'revision', 'directory'] as const;

const URL_PROTOCOLS = new Set(['https:', 'http:', 'git:', 'ssh:']);
/** As ssh's own programs write it: `git@example.com:team/site.git`. */
const SSH_ADDRESS = /^[\w.][\w.-]*@[\w.][\w.-]*:[^:]/;
const CONTROL = /[\0-\x1f\x7f]/;

/**
 * Reads a volume's attributes: `repository`, `revision`, `directory`. A directory that is empty is named after the repository, as `git clone` does; without
 * one the repository is the volume's top, as with `.`. Throws `BackendError` for what git must not be given.
 */
export function checkoutOf({ attributes }: Pick<VolumeRef, 'attributes'>): Checkout {
  const { repository: address = '', revision, directory = '.' } = attributes;
  if (address === '') throw new BackendError('the volume names no repository: its attribute "repository" is missing');
  for (const name of PARAMETERS) refuseFlag(name, attributes[name]);
  return {
    repository: repositoryOf(address),
    revision: revision === '' ? undefined : revision,
    directory: directory === '' ? [nameOf(address)] : namesOf(directory),
  };
}

/** Kubernetes' own words. */
function refuseFlag(name: string, value: string | undefined): void {
  if (value === undefined) return;
  if (value.startsWith('-') || CONTROL.test(value)) throw new BackendError(`${JSON.stringify(value)} is an invalid value for ${name}`);
}

function repositoryOf(address: string): Repository {
  if (address.startsWith('/')) return { kind: 'node', path: address };
  if (SSH_ADDRESS.test(address)) return { kind: 'remote', url: address };
  const url = URL.parse(address);
  // A host that begins with a dash would be an option to whatever git calls.
  if (url && URL_PROTOCOLS.has(url.protocol) && /^\w|^\[/.test(url.hostname)) return { kind: 'remote', url: address };
  if (url?.protocol === 'file:' && (url.hostname === '' || url.hostname === 'localhost')) {
    return { kind: 'node', path: decoded(url.pathname) };
  }
  throw new BackendError(
    `repository ${JSON.stringify(address)}: it must be an https, http, git or ssh URL, or a path of the node (/repos/site.git)`,
  );
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function namesOf(directory: string): string[] {
  const names = directory.split('/').filter((name) => name !== '' && name !== '.');
  if (directory.startsWith('/') || names.includes('..')) {
    throw new BackendError(`directory ${JSON.stringify(directory)}: it must be a relative path without ".."`);
  }
  return names;
}

/** What `git clone` would call the folder. */
function nameOf(address: string): string {
  const name = address
    .replace(/\/+$/, '')
    .replace(/\/?\.git$/, '')
    .replace(/^.*[/:]/, '');
  if (name === '' || name === '..' || name === '.') throw new BackendError(`repository ${JSON.stringify(address)}: there is no name in it`);
  return name;
}
