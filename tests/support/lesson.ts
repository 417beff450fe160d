import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type RealCluster, run } from '@kubernats/testing/real-cluster';
import { expect } from 'vitest';

/** A machine without curl reads the page with Node.js. */
export const CURL = `command -v curl >/dev/null || curl() { node -e 'fetch(process.argv.at(-1)).then((r) => r.text()).then(console.log)' "$@"; }\n`;

/** A block of commands, and what the page says that they print; undefined: it does not say. */
interface Step {
  commands: string;
  says: string[] | undefined;
}

/** Where a page waits for something: a machine that runs all tests at once is slower than a person's. */
const PATIENCE = '--timeout=180s';
const BETWEEN = '--- next step ---';

/** The `sh` blocks of a page, each with the `text` block behind it. */
export function stepsOf(markdown: string): Step[] {
  const steps: Step[] = [];
  for (const [, language, body = ''] of markdown.matchAll(/^```(sh|text)\n(.*?)^```$/gms)) {
    if (language === 'sh') steps.push({ commands: body, says: undefined });
    else if (steps.length > 0) Object.assign(steps[steps.length - 1] ?? {}, { says: body.trimEnd().split('\n') });
  }
  return steps;
}

/**
 * Runs the commands of a page in its folder, as one shell would, and compares what they print with what the page says. In an expected line `…`
 * stands for any text, alone on a line for any lines; spaces between words count as one, as columns are as wide as their widest value.
 */
export async function runLesson(cluster: RealCluster, file: string): Promise<void> {
  const steps = stepsOf(readFileSync(file, 'utf8'));
  expect(steps.length).toBeGreaterThan(0);
  const asWritten = steps.map(({ commands }) => commands).join(`echo '${BETWEEN}'\n`);
  const script = `set -euo pipefail\n${CURL}${asWritten.replaceAll('--timeout=60s', PATIENCE)}`;
  const env = { KUBERNATS_HOME: cluster.home, HOME: cluster.home, KUBECONFIG: cluster.kubeconfig };
  const { code, stdout, stderr } = await run('bash', ['-c', script], { env, cwd: dirname(file) });
  expect({ code, stderr, stdout }).toMatchObject({ code: 0 });
  const outputs = stdout.split(`${BETWEEN}\n`);
  steps.forEach(({ says, commands }, i) => {
    if (says) expect(outputs[i] ?? '', `what these print:\n${commands}`).toMatch(patternOf(says));
  });
}

/** The expected lines as one pattern over the whole output. */
export function patternOf(lines: readonly string[]): RegExp {
  const parts = lines.map((line) => {
    if (line.trim() === '…') return '(?:.*\\n)*?';
    const words = line.trim().split(/\s+/);
    return `[^\\S\\n]*${words.map((word) => word.split('…').map(escaped).join('.*')).join('[^\\S\\n]+')}[^\\S\\n]*\\n`;
  });
  return new RegExp(`^${parts.join('')}$`);
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
