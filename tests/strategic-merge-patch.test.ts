import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { objectSchema } from '@kubernats/api';
import { applyStrategicMergePatch } from '@kubernats/apimachinery';
import { StatusError } from '@kubernats/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';

type Json = Record<string, unknown>;

const DEPLOYMENT = objectSchema('io.k8s.api.apps.v1.Deployment');
const run = promisify(execFile);

/** What kubectl makes of the objects: by name, without those that it refuses to patch. */
async function patchedByKubectl(objects: readonly Json[], patch: Json): Promise<Map<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'kubernats-patch-'));
  try {
    const file = join(folder, 'objects.json');
    await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    const args = ['patch', '--local', '-f', file, '--type=strategic', '-p', JSON.stringify(patch), '-o', 'json'];
    const { stdout } = await run('kubectl', args, { env: { ...process.env, KUBECONFIG: '/dev/null' } }).catch(
      (error: { stdout: string }) => error,
    );
    // One document after the other, each beginning at the start of a line.
    const documents = stdout.split(/^(?=\{)/m).filter((text) => text.trim() !== '');
    return new Map(documents.map((text) => JSON.parse(text) as Json).map((object) => [(object.metadata as { name: string }).name, object]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function patchedByUs(object: Json, patch: Json): unknown {
  try {
    return applyStrategicMergePatch(object, patch, DEPLOYMENT);
  } catch (error) {
    if (error instanceof StatusError) return undefined;
    throw error;
  }
}

const word = fc.constantFrom('x', 'y', 'z');
const name = fc.constantFrom('a', 'b', 'c', 'd');
const partOf = (of: Record<string, fc.Arbitrary<unknown>>) => fc.record(of, { requiredKeys: [] });
const orNull = (of: fc.Arbitrary<unknown>) => fc.oneof({ weight: 5, arbitrary: of }, { weight: 1, arbitrary: fc.constant(null) });

/** Lists of objects that are told apart by `key`. */
function keyed(key: string, keys: fc.Arbitrary<unknown>, item: fc.Arbitrary<object>): fc.Arbitrary<object[]> {
  return fc.uniqueArray(
    fc.tuple(keys, item).map(([value, rest]) => ({ [key]: value, ...rest })),
    { selector: (each) => (each as Json)[key], maxLength: 4 },
  );
}

/** The parts of a Deployment that merge in different ways. */
const objects = fc
  .record({
    labels: fc.dictionary(name, word),
    finalizers: fc.uniqueArray(name, { maxLength: 4 }),
    strategy: fc.constantFrom({ type: 'Recreate' }, { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } }),
    containers: keyed(
      'name',
      name,
      partOf({ image: word, command: fc.array(word, { maxLength: 2 }), env: keyed('name', name, partOf({ value: word })) }),
    ),
    volumes: keyed(
      'name',
      name,
      fc.constantFrom({ emptyDir: {} }, { configMap: { name: 'x', optional: true } }, { hostPath: { path: '/x' } }),
    ),
    tolerations: fc.array(fc.record({ key: word }), { maxLength: 2 }),
    nodeSelector: fc.dictionary(name, word),
  })
  .map(({ labels, finalizers, strategy, ...spec }) => ({ labels, finalizers, strategy, spec }));

const deployment = (
  at: number,
  { labels, finalizers, strategy, spec }: { labels: object; finalizers: string[]; strategy: object; spec: object },
): Json => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: `o${at}`, labels, finalizers },
  spec: { strategy, template: { spec } },
});

/** A list of changes to a keyed list, with its directives. */
function listPatch(field: string, key: string, keys: fc.Arbitrary<unknown>, item: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const deletion = keys.map((value) => ({ $patch: 'delete', [key]: value }));
  const changes = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.tuple(keys, item).map(([value, rest]) => ({ [key]: value, ...rest })) },
      { weight: 1, arbitrary: deletion },
    ),
    { maxLength: 3 },
  );
  const order = fc.uniqueArray(keys, { maxLength: 4 }).map((values) => values.map((value) => ({ [key]: value })));
  return fc.oneof(
    { weight: 5, arbitrary: changes.map((list) => ({ [field]: list })) },
    { weight: 2, arbitrary: fc.tuple(changes, order).map(([list, wanted]) => ({ [field]: list, [`$setElementOrder/${field}`]: wanted })) },
    { weight: 1, arbitrary: order.map((wanted) => ({ [`$setElementOrder/${field}`]: wanted })) },
    { weight: 1, arbitrary: changes.map((list) => ({ [field]: [...list, { $patch: 'replace' }] })) },
    { weight: 1, arbitrary: fc.constantFrom({ [field]: null }, { [field]: [] }, {}) },
  );
}

const textsPatch = fc.oneof(
  fc.uniqueArray(name, { maxLength: 3 }).map((finalizers) => ({ finalizers })),
  fc.uniqueArray(name, { maxLength: 2 }).map((gone) => ({ '$deleteFromPrimitiveList/finalizers': gone })),
  fc
    .tuple(fc.uniqueArray(name, { maxLength: 2 }), fc.uniqueArray(name, { maxLength: 4 }))
    .map(([finalizers, order]) => ({ finalizers, '$setElementOrder/finalizers': order })),
  fc.constantFrom({}, { finalizers: null }),
);
const mapPatch = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(name, orNull(word)) },
  { weight: 1, arbitrary: fc.dictionary(name, word).map((entries) => ({ ...entries, $patch: 'replace' })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { $patch: 'delete' },
      { $patch: 'merge', a: 'x' },
      null,
      { a: 'x', $retainKeys: ['a'] },
      { b: 'x', $retainKeys: ['a'] },
    ),
  },
);
const strategyPatch = fc.constantFrom<unknown>(
  { type: 'Recreate', $retainKeys: ['type'] },
  { type: 'Recreate', rollingUpdate: null },
  { $retainKeys: ['type', 'rollingUpdate'], type: 'RollingUpdate', rollingUpdate: { maxSurge: 2 } },
  { $patch: 'replace', type: 'Recreate' },
  { rollingUpdate: { $patch: 'delete' } },
  { rollingUpdate: { maxSurge: null, $retainKeys: ['maxUnavailable'] } },
  null,
);
const volume = fc.constantFrom(
  { emptyDir: { medium: 'x' }, $retainKeys: ['name', 'emptyDir'] },
  { emptyDir: {} },
  { configMap: null, hostPath: { path: '/y' } },
  {},
);
const patches = fc
  .record({
    labels: mapPatch,
    finalizers: textsPatch,
    containers: listPatch(
      'containers',
      'name',
      name,
      fc
        .tuple(
          partOf({ image: orNull(word), command: fc.array(word, { maxLength: 2 }) }),
          listPatch('env', 'name', name, partOf({ value: orNull(word) })),
        )
        .map(([plain, env]) => ({ ...plain, ...env })),
    ),
    volumes: listPatch('volumes', 'name', name, volume),
    tolerations: fc.array(fc.record({ key: word }), { maxLength: 2 }),
    nodeSelector: mapPatch,
    strategy: strategyPatch,
    parts: fc.uniqueArray(fc.constantFrom('labels', 'finalizers', 'containers', 'volumes', 'tolerations', 'nodeSelector', 'strategy'), {
      minLength: 1,
      maxLength: 3,
    }),
    directive: fc.option(fc.constantFrom({ $patch: 'replace' }, { $retainKeys: ['containers', 'volumes'] }), { freq: 12, nil: {} }),
  })
  .map(({ parts, labels, finalizers, containers, volumes, tolerations, nodeSelector, strategy, directive }): Json => {
    const has = (part: (typeof parts)[number]): boolean => parts.includes(part);
    const spec = {
      ...(has('containers') ? containers : {}),
      ...(has('volumes') ? volumes : {}),
      ...(has('tolerations') ? { tolerations } : {}),
      ...(has('nodeSelector') ? { nodeSelector } : {}),
      ...directive,
    };
    const metadata = { ...(has('labels') ? { labels } : {}), ...(has('finalizers') ? finalizers : {}) };
    return { metadata, spec: { ...(has('strategy') ? { strategy } : {}), template: { spec } } };
  });

test('R1: a strategic merge patch does what kubectl does with it, with every directive', async () => {
  const cases = fc.tuple(fc.array(objects, { minLength: 4, maxLength: 8 }), fc.array(patches, { minLength: 3, maxLength: 3 }));
  await fc.assert(
    fc.asyncProperty(cases, async ([parts, patchList]) => {
      const list = parts.map((each, at) => deployment(at, each));
      await Promise.all(
        patchList.map(async (patch) => {
          const theirs = await patchedByKubectl(list, patch);
          for (const [at, object] of list.entries()) {
            expect({ object, patch, result: patchedByUs(object, patch) }).toEqual({ object, patch, result: theirs.get(`o${at}`) });
          }
        }),
      );
    }),
    // Always the same cases: many more have been looked at than a run of all tests has time for.
    { numRuns: 6, seed: 1136, endOnFailure: true },
  );
});
