// Kubernetes' alphabet for generated names: no vowels and no look-alikes, so that no word appears by accident.
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

export function suffixOf(length: number, int: (bound: number) => number): string {
  let out = '';
  for (let i = 0; i < length; i++) out += ALPHABET[int(ALPHABET.length)];
  return out;
}
