import { Buffer } from 'node:buffer';
import type { Secret, ServiceAccount } from '@kubernats/api';

export const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
const TYPE = 'kubernetes.io/service-account-token';

export type Decision =
  | { do: 'nothing' }
  /** Its account is gone, or is another one by now. */
  | { do: 'delete' }
  /** `filled` gives the Secret with all that it must have; without a token it keeps its own. */
  | { do: 'fill'; needsToken: boolean; filled(token: string | undefined): Secret };

export const isTokenSecret = ({ type }: Secret): boolean => type === TYPE;

/** What is to be done about a Secret that is to hold a token of `account`. `rootCa` is PEM. */
export function decide(secret: Secret, account: ServiceAccount | undefined, rootCa: string): Decision {
  const { metadata = {}, data = {} } = secret;
  const expectedUid = metadata.annotations?.[ACCOUNT_UID];
  const uid = account?.metadata?.uid;
  if (!account || (expectedUid && expectedUid !== uid)) return { do: 'delete' };
  const facts = { 'ca.crt': base64(rootCa), namespace: base64(metadata.namespace ?? '') };
  const isFilled = data['ca.crt'] === facts['ca.crt'] && Boolean(data.namespace) && expectedUid === uid;
  if (data.token && isFilled) return { do: 'nothing' };
  return {
    do: 'fill',
    needsToken: !data.token,
    filled: (token) => ({
      ...secret,
      metadata: { ...metadata, annotations: { ...metadata.annotations, [ACCOUNT_UID]: uid ?? '' } },
      data: { ...facts, ...data, 'ca.crt': facts['ca.crt'], ...(token === undefined ? {} : { token: base64(token) }) },
    }),
  };
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
