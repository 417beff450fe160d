const MESSAGE_MAX = 900;

/** Git's own words in one line, as an event has room for them; advice and what only tells of progress is left out, and no password is told. */
export function wordsOf(errors: string): string {
  const lines = errors
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:hint|warning):|^Cloning into /.test(line));
  const text = withoutPassword(lines.join(' '));
  return text.length > MESSAGE_MAX ? `${text.slice(0, MESSAGE_MAX)}…` : text;
}

/** `https://me:secret@example.com/` → `https://example.com/`. */
export const withoutPassword = (text: string): string => text.replace(/(\b\w+:\/\/)[^\s/@]+@/g, '$1');
