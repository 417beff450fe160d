import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deepFreeze, type JsonObject } from '../json.ts';
import { difference, type FieldSet, union } from '../managed-fields/field-set.ts';
import { wholePlan } from '../managed-fields/plan.ts';
import { podSchema } from '../schema.fixture.ts';
import { type Applied, applyConfiguration } from './apply-configuration.ts';
import { ownedFields, withNamedFields } from './owned-fields.ts';
import { typedProblems } from './typed-problems.ts';

const plan = wholePlan(podSchema);
const NAME = { name: 'a' };

function apply(live: JsonObject | undefined, manager: string, config: JsonObject, force = true): Applied {
  const at = { apiVersion: 'v1', time: '2026-11-24T00:00:01Z', schema: podSchema };
  return applyConfiguration({ ...at, live: live && deepFreeze(live), config: deepFreeze(config), manager, force });
}

/** An object as the server keeps it: without nulls and empty lists, and with its owners. */
function kept({ object, managedFields }: Applied): JsonObject {
  const bare = withoutEmpty(object) as JsonObject;
  return { ...bare, metadata: { ...(bare.metadata as JsonObject), managedFields } };
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== null && !(Array.isArray(part) && part.length === 0))
      .map(([key, part]) => [key, withoutEmpty(part)]),
  );
}

const record = (of: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(of, { requiredKeys: [] }).map(withoutEmpty) as fc.Arbitrary<JsonObject>;
const word = fc.constantFrom('x', 'y', 'z');

/** Lists of objects that are told apart by `key`. */
function keyed(key: string, keys: fc.Arbitrary<unknown>, item: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject[]> {
  const element = fc.tuple(keys, item).map(([value, rest]): JsonObject => ({ ...rest, [key]: value }));
  return fc.uniqueArray(element, { selector: (each) => each[key], maxLength: 3 });
}

/**
 * Configurations of a Pod in which much meets: names and values are few. Of what is empty there is nothing: Kubernetes' types forget it, and with it who
 * owned it. `prefix` keeps the fields of two managers apart.
 */
function configs(prefix = ''): fc.Arbitrary<JsonObject> {
  const name = fc.constantFrom('a', 'b', 'c').map((text) => prefix + text);
  const words = fc.dictionary(name, word, { minKeys: 1, maxKeys: 3 });
  const container = record({
    image: word,
    command: fc.array(word, { maxLength: 2 }),
    env: keyed('name', name, record({ value: word })),
    ports: keyed('containerPort', fc.constantFrom(80, 443), record({ name: word })),
  });
  const shared = {
    hostname: word,
    nodeSelector: words,
    tolerations: fc.array(fc.record({ key: word }), { maxLength: 2 }),
    securityContext: fc.record({ runAsUser: fc.nat(2) }),
  };
  const spec = record({
    ...(prefix === '' ? shared : {}),
    containers: keyed('name', name, container),
    volumes: keyed('name', name, record({ emptyDir: fc.record({ medium: word }) })),
  });
  const metadata = record({ labels: words, finalizers: fc.uniqueArray(name, { maxLength: 3 }) });
  return fc.tuple(metadata, spec).map(([meta, rest]) => ({
    metadata: { ...meta, ...NAME },
    ...(Object.keys(rest).length > 0 ? { spec: rest } : {}),
  }));
}

const manager = fc.constantFrom('one', 'two', 'three');
const histories = fc.array(fc.tuple(manager, configs()), { minLength: 1, maxLength: 6 });
const setOf = (applied: Applied, name: string): FieldSet => applied.managedFields.find((entry) => entry.manager === name)?.fieldsV1 ?? {};

describe('server-side apply', () => {
  test('the result is as good as the configurations, and nobody owns what is not there', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let live: JsonObject | undefined;
        for (const [who, config] of history) {
          const applied = apply(live, who, config);
          live = kept(applied);
          expect(typedProblems(applied.object, podSchema)).toEqual([]);
          const there = withNamedFields(ownedFields(applied.object, plan), plan);
          for (const { manager: name = '', fieldsV1 = {} } of applied.managedFields) {
            expect({ name, dangling: difference(fieldsV1, there) }).toEqual({ name, dangling: {} });
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('who applies gets what it says, owns it, and changes nothing by saying it again', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let live: JsonObject | undefined;
        for (const [who, config] of history) {
          const applied = apply(live, who, config);
          const wanted = withNamedFields(ownedFields(config, plan), plan);
          const got = withNamedFields(ownedFields(applied.object, plan), plan);
          expect(difference(wanted, got)).toEqual({});
          live = kept(applied);
          expect(kept(apply(live, who, config, false))).toEqual(live);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('managers that say nothing of the same never meet', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.tuple(fc.constant('one'), configs('m')), fc.tuple(fc.constant('two'), configs('n'))), { maxLength: 6 }),
        (history) => {
          let live: JsonObject | undefined;
          for (const [who, config] of history) live = kept(apply(live, who, config, false));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a conflict says whose field it is; by force the field is whose it was not', () => {
    fc.assert(
      fc.property(configs(), configs(), (mine, theirs) => {
        const live = kept(apply(undefined, 'one', mine));
        const forced = apply(live, 'two', theirs, true);
        let refused = false;
        try {
          expect(apply(live, 'two', theirs, false)).toEqual(forced);
        } catch (error) {
          refused = true;
          expect(String(error)).toMatch(/Apply failed with \d+ conflicts?: conflicts? with "one":/);
        }
        const lost = difference(setOf(apply(undefined, 'one', mine), 'one'), setOf(forced, 'one'));
        expect(refused).toBe(Object.keys(lost).length > 0);
        expect(union(setOf(forced, 'two'), lost)).toEqual(setOf(forced, 'two'));
      }),
      { numRuns: 60 },
    );
  });

  test('when all have given up what they applied, nothing is left', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let live: JsonObject | undefined;
        for (const [who, config] of history) live = kept(apply(live, who, config));
        for (const who of ['one', 'two', 'three']) live = kept(apply(live, who, { metadata: NAME }));
        expect(live).toEqual({ metadata: { ...NAME, managedFields: [] } });
      }),
      { numRuns: 60 },
    );
  });

  test('labels are as a list of owners a label says', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const owners = new Map<string, { value: unknown; of: Set<string> }>();
        let live: JsonObject | undefined;
        for (const [who, config] of history) {
          live = kept(apply(live, who, config));
          const wanted = ((config.metadata as JsonObject).labels ?? {}) as JsonObject;
          for (const [label, { of }] of owners) {
            if (of.delete(who) && of.size === 0 && !(label in wanted)) owners.delete(label);
          }
          for (const [label, value] of Object.entries(wanted)) {
            const known = owners.get(label);
            if (known && known.value === value) known.of.add(who);
            else owners.set(label, { value, of: new Set([who]) });
          }
          const labels = (live.metadata as JsonObject).labels ?? {};
          expect(labels).toEqual(Object.fromEntries([...owners].map(([label, { value }]) => [label, value])));
        }
      }),
      { numRuns: 60 },
    );
  });
});
