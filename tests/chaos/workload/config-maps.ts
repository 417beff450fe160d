import { type ConfigMap, ConfigMaps } from '@kubernats/api';
import { isNotFound, StatusError } from '@kubernats/errors';
import type { Write } from '../history/entries.ts';
import type { Recorder } from '../history/recorder.ts';
import type { Target } from '../targets/target.ts';
import type { Activity } from './activity.ts';
import { ask, clientOf, NAMESPACE } from './ask.ts';

/**
 * Small objects that come, change and go. Each write is for the state that was read before it (by its resourceVersion), so that one whose answer was lost
 * cannot be done after a later one: what must be stored in the end follows from what was answered.
 */
export function configMaps(target: Target, recorder: Recorder): Activity<'config-maps'> {
  const kind = clientOf(target).kind(ConfigMaps);
  const objectOf = (name: string, value: number): ConfigMap => ({
    metadata: { name, namespace: NAMESPACE },
    data: { value: String(value) },
  });

  /** What is stored now; undefined when there is nothing, or nobody tells. */
  async function stored(name: string): Promise<ConfigMap | undefined> {
    try {
      return await kind.get(name, NAMESPACE);
    } catch (error) {
      if (isNotFound(error) || error instanceof StatusError) return undefined;
      throw error;
    }
  }

  async function write(verb: Write['verb'], name: string, value: number, question: () => Promise<ConfigMap | undefined>): Promise<void> {
    const told = await ask(question);
    const rest = told.outcome === 'acknowledged' ? revisionOf(told.answer) : { why: told.why };
    recorder.note({ what: 'write', kind: 'ConfigMap', verb, name: `${NAMESPACE}/${name}`, value, outcome: told.outcome, ...rest });
  }

  return {
    async perform({ verb, name, value }) {
      if (verb === 'create') return write(verb, name, value, () => kind.create(objectOf(name, value)));
      const before = await stored(name);
      if (before === undefined) return;
      const resourceVersion = before.metadata?.resourceVersion ?? '';
      const changed = (): Promise<ConfigMap> => {
        const object = objectOf(name, value);
        return kind.update({ ...object, metadata: { ...object.metadata, resourceVersion } });
      };
      const deleted = (): Promise<undefined> => kind.delete(name, NAMESPACE, { preconditions: { resourceVersion } }).then(() => undefined);
      await write(verb, name, value, verb === 'update' ? changed : deleted);
    },
  };
}

const revisionOf = (object: ConfigMap | undefined): { revision?: number } =>
  object?.metadata?.resourceVersion === undefined ? {} : { revision: Number(object.metadata.resourceVersion) };
