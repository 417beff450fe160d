import { quantityMilli, quantityValue } from '@kubernats/apimachinery';

/** One part of a course of use. Memory in bytes, CPU in millicores. */
export interface UsageStep {
  amount: number;
  /** It waits so long, and then climbs, or falls, to the amount within so long. Milliseconds. */
  afterMs: number;
  overMs: number;
}

export type UsageResource = 'memory' | 'cpu';

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SYNTAX = 'must be amounts such as "64Mi, 1Gi over 30s, 64Mi after 1m"';
/** Longer than any Pod lives, and short enough for a timer. */
const LONGEST_MS = 7 * 24 * 3_600_000;

/**
 * Reads a course of use: amounts behind each other, the first at once, the others `over` so long, `after` so long, or both. Throws an `Error` whose
 * text says what is wrong.
 */
export function parseUsageSteps(text: string, resource: UsageResource): UsageStep[] {
  return text.split(',').map((part, i) => {
    const [quantity = '', ...words] = part.trim().split(/\s+/);
    const step: UsageStep = { amount: amountOf(quantity, resource), afterMs: 0, overMs: 0 };
    const seen = new Set<string>();
    for (let at = 0; at < words.length; at += 2) {
      const word = words[at];
      if ((word !== 'over' && word !== 'after') || seen.has(word) || words[at + 1] === undefined) {
        throw new Error(`${JSON.stringify(part.trim())}: ${SYNTAX}`);
      }
      if (i === 0) throw new Error(`the first amount holds at once: ${JSON.stringify(word)} must follow a later one`);
      seen.add(word);
      step[word === 'over' ? 'overMs' : 'afterMs'] = durationOf(words[at + 1] ?? '');
    }
    return step;
  });
}

function amountOf(text: string, resource: UsageResource): number {
  if (text === '') throw new Error(SYNTAX);
  let amount: number;
  try {
    amount = resource === 'memory' ? quantityValue(text) : quantityMilli(text);
  } catch (error) {
    throw new Error(`${JSON.stringify(text)}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (amount < 0) throw new Error(`${JSON.stringify(text)}: must be greater than or equal to 0`);
  return amount;
}

/** `30s`, `500ms`, `1h30m`. */
function durationOf(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new Error(`${JSON.stringify(text)}: must be a duration such as 30s, 500ms or 1h30m`);
  }
  const ms = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS_MS[unit ?? ''] ?? 0), 0);
  if (ms > LONGEST_MS) throw new Error(`${JSON.stringify(text)}: must not be longer than 168h`);
  return ms;
}
