// kubernats' own annotations of Pods: `kubernats.dev/memory: 1Gi` and `kubernats.dev/cpu: "2"` make all containers of the Pod use so much,
// `kubernats.dev/memory.<container>` a single one.
import { parseUsageSteps, type UsageResource, type UsageStep } from './usage-steps.ts';

const PREFIX = 'kubernats.dev/';
const RESOURCES: readonly UsageResource[] = ['memory', 'cpu'];

type Annotations = Readonly<Record<string, string>>;

/** What a Pod's annotations make a container use; undefined: they say nothing of it. What cannot be read is left out. */
export function usageOf(annotations: Annotations | undefined, container: string): Partial<Record<UsageResource, UsageStep[]>> | undefined {
  const usage: Partial<Record<UsageResource, UsageStep[]>> = {};
  let found = false;
  for (const resource of RESOURCES) {
    const text = textOf(annotations, resource, container);
    if (text === undefined) continue;
    try {
      usage[resource] = parseUsageSteps(text, resource);
      found = true;
    } catch {
      // `usageProblems` tells of it.
    }
  }
  return found ? usage : undefined;
}

/** What is wrong with a Pod's annotations of use, each as `annotation NAME: what`. */
export function usageProblems(annotations: Annotations | undefined, containers: readonly string[]): string[] {
  const problems: string[] = [];
  for (const [name, text] of Object.entries(annotations ?? {})) {
    const [, resource, container] = /^kubernats\.dev\/(memory|cpu)(?:\.(.*))?$/.exec(name) ?? [];
    if (resource !== 'memory' && resource !== 'cpu') continue;
    if (container !== undefined && !containers.includes(container)) {
      problems.push(`annotation ${name}: the Pod has no container ${JSON.stringify(container)}`);
      continue;
    }
    try {
      parseUsageSteps(text, resource);
    } catch (error) {
      problems.push(`annotation ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}

/** Whether two sets of annotations make the containers use the same. */
export function sameUsage(a: Annotations | undefined, b: Annotations | undefined): boolean {
  const of = (annotations: Annotations | undefined): string => {
    let text = '';
    for (const name in annotations) {
      if (name.startsWith(`${PREFIX}memory`) || name.startsWith(`${PREFIX}cpu`)) text += `${name}=${annotations[name]}\n`;
    }
    return text;
  };
  return of(a) === of(b);
}

function textOf(annotations: Annotations | undefined, resource: UsageResource, container: string): string | undefined {
  return annotations?.[`${PREFIX}${resource}.${container}`] ?? annotations?.[`${PREFIX}${resource}`];
}
