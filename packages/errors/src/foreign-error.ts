import { inspect } from 'node:util';

/** An event has room for so much. */
const SHORT_MAX = 800;

/** What somebody else's code throws, in one line: it may be anything, and may not even let itself be shown. */
export function inShort(error: unknown): string {
  const text = shown(() => (error instanceof Error ? `${error.name}: ${error.message}` : inspect(error)));
  return text.replace(/\s*\n\s*/g, ' ').slice(0, SHORT_MAX);
}

/** All of it, for a log. */
export const inFull = (error: unknown): string => shown(() => inspect(error));

function shown(show: () => string): string {
  try {
    return show();
  } catch {
    return 'an error that cannot be shown';
  }
}
