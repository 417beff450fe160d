import { dns1123Subdomain, invalidValue, notSupported, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import { checked, FileError, yamlDocuments } from '@kubernats/runtime/user-files';
import * as z from 'zod';

export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof LEVELS)[number];

export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type AuditStage = (typeof STAGES)[number];

const texts = z.array(z.string()).nullish();
const groupResources = z.strictObject({ group: z.string().default(''), resources: texts, resourceNames: texts });
const rule = z.strictObject({
  level: z.string().default(''),
  users: texts,
  userGroups: texts,
  verbs: texts,
  resources: z.array(groupResources).nullish(),
  namespaces: texts,
  nonResourceURLs: texts,
  omitStages: texts,
  omitManagedFields: z.boolean().nullish(),
});
const policy = z.strictObject({
  apiVersion: z.literal('audit.k8s.io/v1', 'must be audit.k8s.io/v1'),
  kind: z.literal('Policy', 'must be Policy'),
  metadata: z.record(z.string(), z.unknown()).optional(),
  omitStages: texts,
  omitManagedFields: z.boolean().default(false),
  rules: z.array(rule).default([]),
});

export type AuditRule = z.infer<typeof rule> & { level: AuditLevel };
export type AuditPolicy = Omit<z.infer<typeof policy>, 'rules'> & { rules: AuditRule[] };

/**
 * Reads an `audit.k8s.io/v1` Policy. `file` is for messages. Throws `FileError`: with the line, the unknown field, or what Kubernetes has against a
 * value. Source: "Auditing", audit policy.
 */
export async function readAuditPolicy(text: string, file: string): Promise<AuditPolicy> {
  const documents = await yamlDocuments(text, file);
  if (documents.length !== 1) throw new FileError(`${file}: must hold one audit policy`);
  const read = checked(policy, documents[0], file);
  if (read.rules.length === 0) throw new FileError(`${file}: loaded illegal policy with 0 rules`);
  const problems = [...badStages(read.omitStages, 'omitStages'), ...read.rules.flatMap((each, i) => badRule(each, `rules[${i}]`))];
  if (problems.length > 0) throw new FileError(problems.map(({ field, message }) => `${file}: ${field}: ${message}`).join('\n'));
  // Every level was found among the known ones.
  return read as AuditPolicy;
}

function badRule({ level, nonResourceURLs, resources, namespaces, omitStages }: z.infer<typeof rule>, at: string): Cause[] {
  const problems: Cause[] = [];
  if (level === '') problems.push(required(`${at}.level`));
  else if (!(LEVELS as readonly string[]).includes(level)) problems.push(notSupported(`${at}.level`, level, LEVELS));
  (nonResourceURLs ?? []).forEach((url, i) => {
    const where = `${at}.nonResourceURLs[${i}]`;
    if (url === '*') return;
    if (!url.startsWith('/')) problems.push(invalidValue(where, url, "non-resource URL rules must begin with a '/' character"));
    if (url.slice(0, -1).includes('*')) {
      problems.push(invalidValue(where, url, "non-resource URL wildcards '*' must be the final character of the rule"));
    }
  });
  for (const { group, resources: names, resourceNames } of resources ?? []) {
    const complaints = group === '' ? [] : dns1123Subdomain(group);
    if (complaints.length > 0) problems.push(invalidValue(`${at}.resources.group`, group, complaints.join(',')));
    if (resourceNames?.length && !names?.length) {
      problems.push(invalidValue(`${at}.resources.resourceNames`, resourceNames, 'using resourceNames requires at least one resource'));
    }
  }
  problems.push(...badStages(omitStages, `${at}.omitStages`));
  if (nonResourceURLs?.length && (resources?.length || namespaces?.length)) {
    const why = 'rules cannot apply to both regular resources and non-resource URLs';
    problems.push(invalidValue(`${at}.nonResourceURLs`, nonResourceURLs, why));
  }
  return problems;
}

function badStages(stages: readonly string[] | null | undefined, at: string): Cause[] {
  return (stages ?? []).flatMap((stage, i) =>
    (STAGES as readonly string[]).includes(stage) ? [] : [invalidValue(`${at}[${i}]`, stage, `allowed stages are ${STAGES.join(',')}`)],
  );
}
