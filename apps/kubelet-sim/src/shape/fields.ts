import { dns1123Subdomain, isQuantity, labelValue, qualifiedName } from '@kubernats/apimachinery';
import * as z from 'zod';
import { POOL_LABEL } from '../config.ts';

// The fields of a node's shape, as a file has them or a flag's text gives them.

type Check = (value: string) => string[];

const checked = (check: Check) =>
  z.string().superRefine((value, context) => {
    for (const message of check(value)) context.addIssue({ code: 'custom', message });
  });

/** YAML reads `4` as a number, and a quantity is a text. */
export const quantity = z
  .union([z.string(), z.number()], 'must be a quantity such as 4 or 16Gi')
  .transform(String)
  .refine((text) => isQuantity(text) && !text.startsWith('-'), 'must be a quantity such as 4 or 16Gi');

export const podCount = z
  .number('must be a whole number')
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(10_000, 'must be at most 10000');

export const fidelity = z.enum(['live', 'status'], 'must be live or status');

export const cpuThrottle = z.enum(['limit', 'request'], 'must be limit or request');

export const nodeName = checked(dns1123Subdomain);

export const label = checked(labelValue);

/** Labels of a node. The pool's is the kubelet's own. */
export const labels = z.record(z.string(), label, 'must be a mapping of names to values').superRefine((map, context) => {
  for (const name of Object.keys(map)) {
    const problems = name === POOL_LABEL ? ["is the kubelet's own: it says which kubelet serves the node"] : qualifiedName(name);
    for (const message of problems) context.addIssue({ code: 'custom', message, path: [name] });
  }
});

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;
const effect = z.enum(EFFECTS, `must be one of ${EFFECTS.join(', ')}`);

export interface Taint {
  key: string;
  value?: string;
  effect: (typeof EFFECTS)[number];
}

/** A taint: `KEY=VALUE:EFFECT` or `KEY:EFFECT`, as kubectl takes it, or a mapping as a Node has it. */
export const taint = z.union(
  [
    z.strictObject({ key: checked(qualifiedName), value: label.optional(), effect }),
    z.string().transform((text, context): Taint => {
      const found = readTaint(text);
      if (typeof found !== 'string') return found;
      context.addIssue({ code: 'custom', message: found });
      return z.NEVER;
    }),
  ],
  'must be KEY=VALUE:EFFECT, KEY:EFFECT, or a mapping with key, value and effect',
);

/** The taint, or what is wrong with its text. */
function readTaint(text: string): Taint | string {
  const [, key = '', value, name = ''] = /^([^=:]+)(?:=([^:]*))?:(.+)$/.exec(text) ?? [];
  if (key === '') return 'must be KEY=VALUE:EFFECT or KEY:EFFECT';
  const [problem] = [...qualifiedName(key), ...labelValue(value ?? '')];
  if (problem !== undefined) return problem;
  const found = EFFECTS.find((one) => one === name);
  if (!found) return `effect ${JSON.stringify(name)} must be one of ${EFFECTS.join(', ')}`;
  return { key, ...(value ? { value } : {}), effect: found };
}

/** Amounts by resource. A name without a domain is one of Kubernetes' own, which have fields of their own. */
export const extendedResources = z.record(z.string(), quantity, 'must be a mapping of names to amounts').superRefine((map, context) => {
  for (const [name, amount] of Object.entries(map)) {
    const problems = name.includes('/') ? qualifiedName(name) : ['must be a name with a domain, such as nvidia.com/gpu'];
    if (!/^\d+$/.test(amount)) problems.push('must be a whole number');
    for (const message of problems) context.addIssue({ code: 'custom', message, path: [name] });
  }
});
