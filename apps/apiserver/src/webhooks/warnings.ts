/** Headers have their bounds: as in Kubernetes, so many letters of warnings in all, and where there are more, so many of each. */
const LETTERS_IN_ALL = 4096;
const LETTERS_OF_EACH = 256;

/** Adds a text that somebody else has written to a call's warnings, cut where they become too many. */
export function addWarning(warnings: string[], text: string): void {
  warnings.push(text);
  if (lettersOf(warnings) <= LETTERS_IN_ALL) return;
  const cut = warnings.map((each) => each.slice(0, LETTERS_OF_EACH));
  while (lettersOf(cut) > LETTERS_IN_ALL) cut.pop();
  warnings.splice(0, warnings.length, ...cut);
}

const lettersOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0);
