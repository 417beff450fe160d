import type { Pod } from '@kubernats/api';
import { badRequest, unavailable } from '@kubernats/errors';
import { numberOf, type TargetName } from './proxy-target.ts';

const PORT_MAX = 65_535;

/**
 * The port of a Pod that a request means: a number, the name of a container's port, or where it says nothing the first port that a
 * container declares, else the scheme's own. Throws BadRequest for a name that no port has, ServiceUnavailable for a number that is no port.
 */
export function podPort({ port, scheme, id }: TargetName & { id: string }, { spec }: Pod): number {
  const declared = (spec?.containers ?? []).flatMap(({ ports }) => ports ?? []);
  if (port === '') return declared[0]?.containerPort ?? (scheme === 'https' ? 443 : 80);
  const number = numberOf(port);
  if (number === undefined) {
    const named = declared.find(({ name }) => name === port);
    if (!named) throw badRequest(`invalid pod request ${JSON.stringify(id)}`);
    return named.containerPort;
  }
  if (number >= 0 && number <= PORT_MAX) return number;
  throw unavailable(`error trying to reach service: dial tcp: address ${port}: invalid port`);
}
