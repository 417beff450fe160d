/** Whether a pattern (`*`, last `>`) covers everything that `subject`, itself a subject or a pattern, stands for. */
export function covers(pattern: string, subject: string): boolean {
  if (pattern === '>') return true;
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  for (const [i, want] of wanted.entries()) {
    if (want === '>' && i === wanted.length - 1) return tokens.length > i;
    const token = tokens[i];
    if (token === undefined || token === '>') return false;
    if (want !== '*' && want !== token) return false;
  }
  return tokens.length === wanted.length;
}

/** Whether a message can be published to it: no empty token, no white space, no wildcard token. */
export function isLiteralSubject(subject: string): boolean {
  return !/(^|\.)($|\.|[*>](\.|$))|\s/.test(subject);
}
