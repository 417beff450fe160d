import type { Container, Job, Pod } from '@kubernats/api';
import { podFromTemplate } from '../pods/from-template.ts';
import type { NewPod } from './manage.ts';
import { COMPLETION_INDEX, INDEX_FAILURES, INDEX_IGNORED_FAILURES, TRACKING_FINALIZER } from './names.ts';

const GENERATE_NAME_MAX = 58;
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

/** The Pod that a Job creates. Source: "Completion mode" of the concept "Jobs". */
export function podOfJob(job: Job, { index, failures }: NewPod): Pod {
  const pod = podFromTemplate(job.spec?.template, job);
  const { metadata = {}, spec } = pod;
  const tracked = { ...metadata, finalizers: [...new Set([...(metadata.finalizers ?? []), TRACKING_FINALIZER])] };
  if (index === undefined) return { ...pod, metadata: tracked };
  const name = job.metadata?.name ?? '';
  return {
    ...pod,
    metadata: {
      ...tracked,
      generateName: generateNameOf(name, `-${index}-`),
      labels: { ...metadata.labels, [COMPLETION_INDEX]: String(index) },
      annotations: {
        ...metadata.annotations,
        [COMPLETION_INDEX]: String(index),
        ...(failures && { [INDEX_FAILURES]: String(failures.counted) }),
        ...(failures && failures.ignored > 0 && { [INDEX_IGNORED_FAILURES]: String(failures.ignored) }),
      },
    },
    spec: spec && {
      ...spec,
      hostname: `${name}-${index}`,
      containers: spec.containers.map(withIndex),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(withIndex) }),
    },
  };
}

const generateNameOf = (name: string, end: string): string => name.slice(0, GENERATE_NAME_MAX - end.length) + end;

function withIndex(container: Container): Container {
  if (container.env?.some(({ name }) => name === INDEX_VARIABLE)) return container;
  const variable = { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } } };
  return { ...container, env: [...(container.env ?? []), variable] };
}
