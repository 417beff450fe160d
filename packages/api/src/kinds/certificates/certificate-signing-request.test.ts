import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { CONTEXT, cells, create, problems, rowOf } from '../../../test/harness.ts';
import type { CertificateSigningRequest } from '../../index.ts';

const requests = rowOf('certificatesigningrequests', 'certificates.k8s.io');
const SPEC = { request: 'LS0t', signerName: 'example.com/serving', usages: ['digital signature', 'server auth'] };
const request = (spec: object = {}, status: object = {}): CertificateSigningRequest =>
  ({ metadata: { name: 'jane' }, spec: { ...SPEC, ...spec }, status }) as CertificateSigningRequest;
const approved = { type: 'Approved', status: 'True' };

test.each<[object, unknown[]]>([
  [{}, []],
  [{ usages: [] }, ['spec.usages: Required value']],
  [
    { usages: ['server auth', 'server auth', 'magic'] },
    [
      expect.stringMatching(/^spec\.usages\[2\]: Unsupported value: "magic": supported values: "any", "cert sign"/),
      'spec.usages[1]: Duplicate value: "server auth"',
    ],
  ],
  [
    { signerName: 'kubernetes.io/legacy-unknown' },
    ['spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version'],
  ],
  [
    { signerName: 'serving' },
    ['spec.signerName: Invalid value: "serving": must be a fully qualified domain and path of the form \'example.com/signer-name\''],
  ],
  [{ signerName: 'a/b' }, ['spec.signerName: Invalid value: "a": should be a domain with at least two segments separated by dots']],
  [
    { expirationSeconds: 599 },
    ['spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)'],
  ],
])('%j', (spec, expected) => {
  expect(problems(requests, request(spec))).toEqual(expected);
});

test('who asks is for the server to say', () => {
  const user = { name: 'jane', groups: ['dev'], extra: { scopes: ['a'] } };
  const made = create(requests, request({ username: 'admin', uid: '1', groups: ['system:masters'] }, { conditions: [approved] }), {
    ...CONTEXT,
    user,
  });
  expect(made.spec).toEqual({ ...SPEC, username: 'jane', groups: ['dev'], extra: { scopes: ['a'] } });
  expect(made.status).toBeUndefined();
});

describe('what an update may change', () => {
  const old = create(requests, request());
  const problemsOf = (rules: 'approval' | 'status' | undefined, next: CertificateSigningRequest, before = old): string[] => {
    const { strategy } = requests;
    const validate =
      rules === 'status' ? strategy.validateStatusUpdate : (rules ? strategy.subresources?.approval : strategy)?.validateUpdate;
    return (validate?.(next, before, CONTEXT) ?? []).map(({ field, message }) => `${field}: ${message}`);
  };
  const decided = request({}, { conditions: [approved] });

  test('decisions come by the way for them', () => {
    expect(problemsOf('approval', decided)).toEqual([]);
    expect(problemsOf('status', decided)).toEqual(['status.conditions: Forbidden: updates may not add a condition of type "Approved"']);
    expect(problemsOf('approval', old, decided)).toEqual([
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    ]);
    const both = request({}, { conditions: [approved, { type: 'Denied', status: 'True' }] });
    expect(requests.strategy.validate?.(both, CONTEXT)[0]?.message).toContain('Approved and Denied conditions are mutually exclusive');
  });

  test('a certificate comes once, by the status', () => {
    const issued = (pem: string): CertificateSigningRequest => request({}, { certificate: Buffer.from(pem).toString('base64') });
    expect(problemsOf('status', issued('none'))).toEqual([
      'status.certificate: Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
    ]);
    expect(problemsOf('status', issued('-----BEGIN KEY-----\nAA==\n-----END KEY-----\n'))).toEqual([
      'status.certificate: Invalid value: "<certificate data>": only CERTIFICATE PEM blocks are allowed, found "KEY"',
    ]);
    expect(problemsOf('approval', request({}, { certificate: '' }), issued('old'))).toEqual([
      'status.certificate: Forbidden: updates may not set certificate content',
    ]);
    expect(problemsOf('status', request(), issued('old'))).toEqual([
      'status.certificate: Forbidden: updates may not modify existing certificate content',
    ]);
  });

  test('conditions get their times, and keep them', () => {
    const draft = structuredClone(decided);
    requests.strategy.subresources?.approval?.prepareForUpdate?.(draft, old, CONTEXT);
    expect(draft.status?.conditions).toEqual([
      { ...approved, lastUpdateTime: '2026-11-24T12:00:00Z', lastTransitionTime: '2026-11-24T12:00:00Z' },
    ]);
  });
});

test.each<[object, string]>([
  [{}, 'Pending'],
  [{ conditions: [approved] }, 'Approved'],
  [{ conditions: [approved], certificate: 'x' }, 'Approved,Issued'],
  [{ conditions: [{ type: 'Denied', status: 'True' }] }, 'Denied'],
  [{ conditions: [approved, { type: 'Failed', status: 'True' }] }, 'Approved,Failed'],
])('columns: %j is %s', (status, Condition) => {
  expect(cells(requests, request({ username: 'jane', expirationSeconds: 3600 }, status))).toMatchObject({
    SignerName: 'example.com/serving',
    Requestor: 'jane',
    RequestedDuration: '60m',
    Condition,
  });
});
