import type { Container } from '@kubernats/api';

/**
 * The number of a port that is given by number or by the name of one of the container's ports. Throws in the kubelet's words, which are
 * those of its last resort: a name that is no name of a port might be a number.
 */
export function containerPort(port: number | string, container: Container): number {
  const named = typeof port === 'string' ? container.ports?.find(({ name }) => name === port)?.containerPort : port;
  const number = named ?? (/^[+-]?\d+$/.test(String(port)) ? Number(port) : undefined);
  if (number === undefined) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(port)}: invalid syntax`);
  if (number > 0 && number < 65_536) return number;
  throw new Error(`invalid port number: ${number}`);
}
