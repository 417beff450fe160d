import { parseDuration } from '@kubernats/apimachinery';
import { BackendError } from './port.ts';

type Parameters = Readonly<Record<string, string>>;

/** What a back end makes of a class's parameters. Real drivers differ in the case that they write them in. */
export interface KnownParameters {
  /** By the name that they have here, in its usual case. */
  readonly honoured: readonly string[];
  /** Of real drivers, for what there is not here. */
  readonly withoutEffect: readonly string[];
}

/** What the provisioner of every CSI driver takes for itself. Source: kubernetes-csi, external-provisioner, "StorageClass parameters". */
const OF_THE_PROVISIONER = 'csi.storage.k8s.io/';

/** The honoured ones, by their usual names. Throws `BackendError` for what nobody knows. */
export function honouredParameters(backend: string, parameters: Parameters, known: KnownParameters): Map<string, string> {
  const honoured = new Map<string, string>();
  for (const [given, value] of Object.entries(parameters)) {
    const name = known.honoured.find((usual) => isSame(usual, given));
    if (name !== undefined) honoured.set(name, value);
    else if (!isWithoutEffect(given, known)) {
      throw new BackendError(`unknown parameter "${given}": the storage back end "${backend}" knows ${known.honoured.join(', ')}`);
    }
  }
  return honoured;
}

export const withoutEffect = (parameters: Parameters, known: KnownParameters): string[] =>
  Object.keys(parameters).filter((name) => isWithoutEffect(name, known));

/** The time that a parameter says, in milliseconds; undefined: it says none. Throws `BackendError`. */
export function durationOf(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = parseDuration(value);
  if (ms === undefined)
    throw new BackendError(`parameter "${name}": ${JSON.stringify(value)} is no duration: write it as in 500ms, 3s or 1m30s`);
  return ms;
}

/** One of a few words. Throws `BackendError`. */
export function wordOf<W extends string>(name: string, value: string | undefined, words: readonly [W, ...W[]]): W {
  if (value === undefined) return words[0];
  const word = words.find((one) => one === value);
  if (word === undefined) throw new BackendError(`parameter "${name}": ${JSON.stringify(value)} is none of ${words.join(', ')}`);
  return word;
}

const isWithoutEffect = (given: string, known: KnownParameters): boolean =>
  given.startsWith(OF_THE_PROVISIONER) || known.withoutEffect.some((name) => isSame(name, given));

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
