import { describe, expect, it } from 'vitest';
import { DEFINITIONS } from '../schema/definitions.ts';
import { METRICS_DEFINITIONS } from '../schema/metrics-definitions.ts';
import { type Message, messageOf } from './messages.ts';

/** Go's TypeMeta has no field on the wire: the envelope says what the object is. */
const IN_THE_ENVELOPE = ['apiVersion', 'kind'];

function fieldNames(message: Message): string[] {
  return [...message.values()].flatMap((field) => ('inlined' in field ? fieldNames(field.inlined) : [field.name]));
}

describe('the table of field numbers', () => {
  // Metrics are only read: nobody sends one.
  it.each(Object.entries(DEFINITIONS).filter(([name]) => !(name in METRICS_DEFINITIONS)))(
    'R1: has every field of %s',
    (name, definition) => {
      const numbered = fieldNames(messageOf(name));
      const missing = Object.keys(definition.fields).filter((field) => !numbered.includes(field));
      expect(missing).toEqual(missing.length === 0 ? [] : IN_THE_ENVELOPE);
      expect(new Set(numbered).size).toBe(numbered.length);
    },
  );

  it('knows which fields are a message on the wire and lie flat in JSON', () => {
    const volume = messageOf('io.k8s.api.core.v1.Volume');
    expect(volume.get(1)).toMatchObject({ name: 'name', dropsEmpty: false });
    const source = volume.get(2);
    expect(source && 'inlined' in source && source.inlined.get(2)).toMatchObject({ name: 'emptyDir' });
  });

  it('knows which empty values stand for an absent field', () => {
    const spec = messageOf('io.k8s.api.apps.v1.DeploymentSpec');
    expect(spec.get(1)).toMatchObject({ name: 'replicas', dropsEmpty: false });
    expect(spec.get(5)).toMatchObject({ name: 'minReadySeconds', dropsEmpty: true });
  });

  it('throws for an unknown definition', () => {
    expect(() => messageOf('toString')).toThrow('there is no definition toString');
  });
});
