/** What health is made of, by name: each says what is wrong, or nothing. */
export interface Health {
  /** Alive: restarting the process would not help while these are fine. */
  live: Readonly<Record<string, () => string | undefined>>;
  /** In addition, ready to serve. */
  ready: Readonly<Record<string, () => string | undefined>>;
}

const PATH = /^\/(healthz|livez|readyz)(?:\/([^/]+))?$/;

/** Answers /healthz, /livez, /readyz, their single checks and `?verbose`; undefined for other paths. */
export function healthReply(
  health: Health,
  path: string,
  query: Readonly<Record<string, string>>,
): { code: number; text: string } | undefined {
  const match = PATH.exec(path);
  if (!match) return undefined;
  const [, name = '', single] = match;
  const checks: Record<string, () => string | undefined> = {
    ping: () => undefined,
    ...health.live,
    ...(name === 'livez' ? {} : health.ready),
  };
  if (single !== undefined) {
    const check = Object.hasOwn(checks, single) ? checks[single] : undefined;
    if (!check) return undefined;
    const trouble = check();
    return trouble === undefined ? { code: 200, text: 'ok' } : { code: 500, text: `internal server error: ${trouble}\n` };
  }
  const excluded = new Set((query.exclude ?? '').split(','));
  const lines: string[] = [];
  let failed = false;
  for (const [each, check] of Object.entries(checks)) {
    if (excluded.has(each)) {
      lines.push(`[+]${each} excluded: ok`);
      continue;
    }
    const trouble = check();
    failed ||= trouble !== undefined;
    lines.push(trouble === undefined ? `[+]${each} ok` : `[-]${each} failed: reason withheld`);
  }
  if (failed) return { code: 500, text: `${lines.join('\n')}\n${name} check failed\n` };
  return { code: 200, text: query.verbose === undefined ? 'ok' : `${lines.join('\n')}\n${name} check passed\n` };
}
