import type { Container } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import type { Action } from '../pod/decide.ts';
import type { Earliest } from '../pod/earliest.ts';
import type { ContainerRecord } from '../pod/record.ts';

const RESOURCES = ['cpu', 'memory'] as const;

/** Whether a container runs with other resources than it is to have. */
export const isResized = ({ resources }: Container, { running }: ContainerRecord): boolean =>
  running?.resources !== undefined && !deepEqual(running.resources, resources ?? {});

/** Whether it has to be started again for that. */
export const needsRestart = (container: Container, record: ContainerRecord): boolean =>
  isResized(container, record) &&
  RESOURCES.some((name) => {
    const { running } = record;
    const changed = (['requests', 'limits'] as const).some(
      (list) => container.resources?.[list]?.[name] !== running?.resources?.[list]?.[name],
    );
    const policy = container.resizePolicy?.find(({ resourceName }) => resourceName === name)?.restartPolicy;
    return changed && policy === 'RestartContainer';
  });

/** What is done for a container that is to have other resources while it runs on. */
export function resizeStep(container: Container, record: ContainerRecord, nowMs: number, wake: Earliest): Action[] {
  const { run } = record;
  if (!isResized(container, record) || run?.killByMs !== undefined) return [];
  const retryAtMs = run?.notResized?.retryAtMs ?? 0;
  if (retryAtMs <= nowMs) return [{ do: 'resize', container }];
  wake.at(retryAtMs);
  return [];
}
