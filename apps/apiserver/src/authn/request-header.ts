import type { UserInfo } from '../call.ts';

/** The headers by which a front proxy says for whom it asks. Source: the page "Configure the Aggregation Layer". */
export const REQUEST_HEADERS = {
  user: 'X-Remote-User',
  uid: 'X-Remote-Uid',
  group: 'X-Remote-Group',
  extraPrefix: 'X-Remote-Extra-',
} as const;

const PREFIX = 'x-remote-';
const [USER, UID, GROUP, EXTRA] = Object.values(REQUEST_HEADERS).map((name) => name.toLowerCase()) as [string, string, string, string];

/** Reads headers as they came, names and values in turn. Only a connection whose certificate is a front proxy's may be asked. Undefined: it names nobody. */
export function remoteUser(rawHeaders: readonly string[]): UserInfo | undefined {
  let name = '';
  let uid = '';
  const groups: string[] = [];
  const extra = new Map<string, string[]>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const key = (rawHeaders[i] ?? '').toLowerCase();
    if (!key.startsWith(PREFIX)) continue;
    const value = rawHeaders[i + 1] ?? '';
    // Of a header that comes twice the first one counts, as in Go.
    if (key === USER) name ||= value.trim();
    else if (key === UID) uid ||= value.trim();
    else if (key === GROUP && value !== '') groups.push(value);
    else if (key.startsWith(EXTRA)) {
      const about = decoded(key.slice(EXTRA.length));
      extra.set(about, [...(extra.get(about) ?? []), value]);
    }
  }
  if (name === '') return undefined;
  return {
    name,
    groups: withEverybody(name, groups),
    ...(uid === '' ? {} : { uid }),
    ...(extra.size > 0 ? { extra: Object.fromEntries(extra) } : {}),
  };
}

/** The same user, as this server tells an extension API server of it. */
export function remoteHeaders({ name, uid, groups, extra = {} }: UserInfo): [name: string, value: string][] {
  return [
    [REQUEST_HEADERS.user, name],
    ...(uid ? [[REQUEST_HEADERS.uid, uid] as [string, string]] : []),
    ...groups.map((group): [string, string] => [REQUEST_HEADERS.group, group]),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value): [string, string] => [`${REQUEST_HEADERS.extraPrefix}${encoded(key)}`, value]),
    ),
  ];
}

function withEverybody(name: string, groups: readonly string[]): string[] {
  const isTold = groups.includes('system:authenticated') || groups.includes('system:unauthenticated');
  return isTold || name === 'system:anonymous' ? [...groups] : [...groups, 'system:authenticated'];
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** What a header's name cannot hold is written in percents. Source: RFC 7230, tokens. */
const encoded = (key: string): string =>
  key.replace(/[^!#$&'*+.^_`|~0-9a-z-]/gu, (char) =>
    [...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  );
