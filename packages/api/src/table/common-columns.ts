import type { Column } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { ageOf } from './human-duration.ts';

/** The first column of every table; `format: name` lets kubectl put the kind before it. */
export const NAME: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  value: (object) => object.metadata?.name ?? '',
};

export const AGE: Column<KubeObject> = {
  name: 'Age',
  type: 'string',
  description: 'The time since the object was created.',
  value: (object, nowMs) => ageOf(object.metadata?.creationTimestamp, nowMs),
};

/** What Kubernetes prints for kinds without columns of their own. */
export const CREATED_AT: Column<KubeObject> = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created.',
  value: (object) => object.metadata?.creationTimestamp ?? '',
};

type Options = { priority?: number; format?: string };

/** A column of text. */
export const text = <T>(
  name: string,
  description: string,
  value: (object: T, nowMs: number) => string,
  options: Options = {},
): Column<T> => ({
  name,
  type: 'string',
  description,
  value,
  ...options,
});

/** A column of text that only `-o wide` shows. */
export const wide = <T>(name: string, description: string, value: (object: T, nowMs: number) => string): Column<T> =>
  text(name, description, value, { priority: 1 });

/** A column of whole numbers. */
export const integer = <T>(name: string, description: string, value: (object: T, nowMs: number) => number): Column<T> => ({
  name,
  type: 'integer',
  description,
  value,
});
