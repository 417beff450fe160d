import { Failure } from '../failure.ts';

const KINDS = new Set(['svc', 'service', 'services']);

/** The Service that `svc/NAME` names. Throws a Failure for anything else. */
export function serviceName(target: string): string {
  const [kind = '', name = '', ...rest] = target.split('/');
  if (rest.length === 0 && name !== '' && KINDS.has(kind)) return name;
  const instead = target === '' || target.includes('/') ? 'svc/NAME' : `svc/${target}`;
  throw new Failure(`only Services can be traced: ${instead}, not ${JSON.stringify(target)}`, 2);
}
