import type { KindRow } from '@kubernats/api';
import type { ApiRequest } from '@kubernats/client';
import type { Call } from './call.ts';
import { PLAIN } from './encode/media.ts';
import { API_SERVER_USER } from './system-users.ts';

/** What the server itself does to an object, as a request for it: under its own name, and nobody reads an answer. */
export function ownCall(row: KindRow, what: Pick<ApiRequest, 'verb' | 'name' | 'subresource'> & { namespace?: string }): Call {
  const { group, version, plural: resource } = row;
  const { namespace = '', ...rest } = what;
  return {
    request: { group, version, resource, ...(namespace ? { namespace } : {}), ...rest },
    user: API_SERVER_USER,
    userAgent: 'kube-apiserver',
    row,
    wanted: PLAIN,
    query: {},
    warnings: [],
  };
}
