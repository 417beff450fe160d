import { expect, test } from 'vitest';
import { clusterOfFile } from './support/cluster-of-file.ts';

const { door, namespace } = await clusterOfFile();
const YAML = { 'content-type': 'application/yaml' };

const document = (name: string, lines: number, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n${more}data:\n${Array.from({ length: lines }, (_, i) => `  key${i}: value ${i}\n`).join('')}`;

test('R1: while a large body of YAML is read, others are answered', async () => {
  const { at } = await namespace();
  let isRead = false;
  const written = door.admin.post(`${at}/configmaps`, document('large', 20_000), YAML).finally(() => {
    isRead = true;
  });
  let answers = 0;
  while (!isRead) {
    expect((await door.admin.get('/livez')).code).toBe(200);
    answers++;
  }
  expect((await written).code).toBe(201);
  // One before it was begun and one after are no proof.
  expect(answers).toBeGreaterThan(5);
});

test('R1: a large body is taken, warned of and refused as a small one is', async () => {
  const { at } = await namespace();
  const twice = await door.admin.post(`${at}/configmaps`, document('twice', 2_000, 'data: {}\n'), YAML);
  expect([twice.code, twice.headers.warning]).toEqual([201, expect.stringContaining('key \\"data\\" already set in map')]);
  const strict = await door.admin.post(`${at}/configmaps?fieldValidation=Strict`, document('strict', 2_000, 'data: {}\n'), YAML);
  expect(strict.status()).toMatchObject({ code: 400, message: expect.stringContaining('strict decoding error') });
  const broken = await door.admin.post(`${at}/configmaps`, `${document('broken', 2_000)}  : [`, YAML);
  expect(broken.status()).toMatchObject({ code: 400, reason: 'BadRequest' });
  const applied = await door.admin.send('PATCH', `${at}/configmaps/applied?fieldManager=test`, {
    body: document('applied', 2_000),
    headers: { 'content-type': 'application/apply-patch+yaml' },
  });
  expect(applied.code).toBe(201);
});

test('R1: a body that is nested too deeply is refused, of whatever length', async () => {
  const { at } = await namespace();
  for (const depth of [600, 100_000]) {
    const refused = await door.admin.post(`${at}/configmaps`, '['.repeat(depth), YAML);
    expect(refused.status()).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: expect.stringContaining('yaml: exceeded max depth of 500'),
    });
  }
});
