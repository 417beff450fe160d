import { type BoundObjectReference, type Pod, type ServiceAccount, type TokenRequest, targetOf } from '@kubernats/api';
import { invalidValue } from '@kubernats/apimachinery';
import { rfc3339 } from '@kubernats/clock';
import { badRequest, conflict, invalid, notFound } from '@kubernats/errors';
import { checkNodeToken } from '../admission/node-token.ts';
import { TOKEN_SECONDS } from '../admission/service-account-token.ts';
import type { Held } from '../cache/stored.ts';
import type { Call, Result } from '../call.ts';
import { type Core, placeOf, placeOfResource } from '../core.ts';
import { bodyOf, isDryRun, placed } from '../rest/body.ts';
import { ISSUER, type TokenClaims, userNameOf } from '../tokens/claims.ts';
import { signJwt } from '../tokens/jwt.ts';

const TOKEN_REQUEST = targetOf({ group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' });
const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
const EXTENDED_SECONDS = 365 * 24 * 3600;
const EXPIRATION = 'spec.expirationSeconds';

/** POST serviceaccounts/NAME/token: a token that stands for the ServiceAccount, for a time and perhaps for as long as an object lives. */
export async function createToken(core: Core, call: Call): Promise<Result> {
  const { namespace = '', name = '' } = call.request;
  const sent: Held & Partial<TokenRequest> = placed(call, await bodyOf(call, TOKEN_REQUEST), false);
  const body = await core.admission.review(core, call, { operation: 'CREATE', target: TOKEN_REQUEST, object: sent });
  if (body.metadata.name && body.metadata.name !== name) {
    throw badRequest(`the name of the object (${body.metadata.name}) does not match the name on the URL (${name})`);
  }
  const { spec } = body;
  const seconds = spec?.expirationSeconds ?? DEFAULT_SECONDS;
  checkSeconds(seconds);
  const place = placeOf(core, call.row);
  await place.stream.fresh();
  const account: ServiceAccount | undefined = place.cache.get(namespace, name)?.object;
  if (!account) throw notFound({ group: '', resource: 'serviceaccounts' }, name);
  checkNodeToken(core, call.user, namespace, name, spec);
  const now = Math.floor(core.clock.now() / 1000);
  const audiences = spec?.audiences?.length ? spec.audiences : [ISSUER];
  // Libraries that do not read the file again go on with their first token; until they have learnt to, it is good for a year. As in Kubernetes.
  const isDefault = seconds === TOKEN_SECONDS && audiences.every((audience) => audience === ISSUER);
  const warnAfter = isDefault && spec?.boundObjectRef?.kind === 'Pod';
  const claims: TokenClaims = {
    aud: audiences,
    exp: now + (warnAfter ? EXTENDED_SECONDS : seconds),
    iat: now,
    iss: ISSUER,
    jti: core.ids.uid(),
    'kubernetes.io': {
      namespace,
      ...boundObject(core, namespace, name, spec?.boundObjectRef),
      serviceaccount: { name, uid: account.metadata?.uid ?? '' },
      ...(warnAfter ? { warnafter: now + seconds } : {}),
    },
    nbf: now,
    sub: userNameOf(namespace, name),
  };
  const token = isDryRun(call.query.dryRun) ? '' : signJwt(core.tokenKey, claims);
  const answer = {
    ...body,
    metadata: { ...body.metadata, name, namespace, creationTimestamp: rfc3339(now * 1000) },
    spec: { ...spec, audiences, expirationSeconds: seconds },
    status: { token, expirationTimestamp: rfc3339((now + seconds) * 1000) },
  };
  return { type: 'value', code: 201, object: answer };
}

function checkSeconds(seconds: number): void {
  const why =
    seconds < MIN_SECONDS
      ? 'may not specify a duration less than 10 minutes'
      : seconds > MAX_SECONDS
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined;
  if (why) throw invalid('authentication.k8s.io', 'TokenRequest', '', [invalidValue(EXPIRATION, seconds, why)]);
}

/** What the token is to die with. */
function boundObject(
  core: Core,
  namespace: string,
  account: string,
  bound: BoundObjectReference | undefined,
): Pick<TokenClaims['kubernetes.io'], 'pod' | 'secret' | 'node'> {
  if (!bound) return {};
  const { apiVersion = '', kind = '', name = '', uid } = bound;
  const find = (plural: 'pods' | 'secrets' | 'nodes'): Held => {
    const found = placeOfResource(core, '', 'v1', plural).cache.get(plural === 'nodes' ? '' : namespace, name);
    if (!found) throw notFound({ group: '', resource: plural }, name);
    if (uid && uid !== found.object.metadata.uid) {
      const why = `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
      throw conflict({ group: '', resource: kind }, name, why);
    }
    return found.object;
  };
  const claim = (object: Held): { name: string; uid: string } => ({ name, uid: object.metadata.uid ?? '' });
  switch (`${apiVersion}/${kind}`) {
    case 'v1/Pod': {
      const pod: Held & Pod = find('pods');
      if (pod.spec?.serviceAccountName !== account) {
        throw badRequest(
          `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
        );
      }
      return { pod: claim(pod), ...nodeOf(core, pod) };
    }
    case 'v1/Secret':
      return { secret: claim(find('secrets')) };
    case 'v1/Node':
      return { node: claim(find('nodes')) };
    default:
      throw badRequest(`cannot bind token to object of type ${apiVersion}, Kind=${kind}`);
  }
}

/** Where the Pod is: for whoever reads the token. It does not die with the node. */
function nodeOf(core: Core, { spec }: Pod): Pick<TokenClaims['kubernetes.io'], 'node'> {
  if (!spec?.nodeName) return {};
  const uid = placeOfResource(core, '', 'v1', 'nodes').cache.get('', spec.nodeName)?.object.metadata.uid;
  return { node: { name: spec.nodeName, ...(uid ? { uid } : {}) } };
}
