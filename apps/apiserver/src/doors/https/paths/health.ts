import { goQuote } from '@kubernats/apimachinery';
import { type BodyReply, plainReply, textReply } from '../../../encode/reply.ts';

/** Says what is wrong, or nothing. */
export type Check = () => string | undefined;

/** What health is made of, by name. */
export interface Health {
  /** Alive: restarting the process would not help while these are fine. */
  live: Readonly<Record<string, Check>>;
  /** In addition, ready to serve. */
  ready: Readonly<Record<string, Check>>;
}

const PATH = /^\/(healthz|livez|readyz)(?:\/(.+))?$/;
/** Told on `/readyz` only: a server that goes away is healthy. */
const ONLY_READY = 'shutdown';

/**
 * Answers /healthz, /livez, /readyz, their single checks, `?verbose` and `?exclude=NAME`, which may come several times; undefined for other paths.
 * Source: "Kubernetes API health endpoints".
 */
export function healthReply(health: Health, path: string, parameters: URLSearchParams): BodyReply | undefined {
  const [, name, single] = PATH.exec(path) ?? [];
  if (name === undefined) return undefined;
  const checks = checksOf(health, name);
  if (single === undefined) return wholeReply(name, checks, parameters);
  const check = checks.get(single);
  if (!check) return undefined;
  const trouble = check();
  return trouble === undefined ? plainReply('ok') : textReply(500, `internal server error: ${trouble}`);
}

/** What /metrics/slis says: each check of each path, 1 where it is fine. Source: "Kubernetes Component SLI Metrics". */
export function sliText(health: Health): string {
  const lines = ['healthz', 'livez', 'readyz'].flatMap((type) =>
    [...checksOf(health, type)].map(
      ([name, check]) => `kubernetes_healthcheck{name="${name}",type="${type}"} ${check() === undefined ? 1 : 0}`,
    ),
  );
  return `# HELP kubernetes_healthcheck [STABLE] This metric records the result of a single healthcheck.\n# TYPE kubernetes_healthcheck gauge\n${lines.join('\n')}\n`;
}

function checksOf({ live, ready }: Health, name: string): Map<string, Check> {
  const checks = new Map<string, Check>([['ping', () => undefined], ...Object.entries(live)]);
  if (name !== 'livez') for (const [each, check] of Object.entries(ready)) checks.set(each, check);
  if (name === 'healthz') checks.delete(ONLY_READY);
  return checks;
}

function wholeReply(name: string, checks: ReadonlyMap<string, Check>, parameters: URLSearchParams): BodyReply {
  const excluded = new Set(parameters.getAll('exclude'));
  let text = '';
  let failed = false;
  for (const [each, check] of checks) {
    if (excluded.delete(each)) {
      text += `[+]${each} excluded: ok\n`;
      continue;
    }
    // Why is for those who may read the check itself.
    const isFine = check() === undefined;
    failed ||= !isFine;
    text += isFine ? `[+]${each} ok\n` : `[-]${each} failed: reason withheld\n`;
  }
  if (excluded.size > 0) {
    text += `warn: some health checks cannot be excluded: no matches for ${[...excluded].sort().map(goQuote).join(',')}\n`;
  }
  if (failed) return textReply(500, `${text}${name} check failed`);
  return plainReply(parameters.has('verbose') ? `${text}${name} check passed\n` : 'ok');
}
