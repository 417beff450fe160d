import type { PodTemplateSpec } from '../../generated/types.ts';
import type { Column } from '../kind.ts';
import { wide } from './common-columns.ts';

/** What `-o wide` shows of the containers of a kind that makes Pods by a template. */
export const templateColumns = <T>(templateOf: (object: T) => PodTemplateSpec | undefined): Column<T>[] => {
  const containersOf = (object: T) => templateOf(object)?.spec?.containers ?? [];
  return [
    wide('Containers', 'The names of the containers.', (object) =>
      containersOf(object)
        .map(({ name }) => name)
        .join(','),
    ),
    wide('Images', 'The images of the containers.', (object) =>
      containersOf(object)
        .map(({ image }) => image ?? '')
        .join(','),
    ),
  ];
};
