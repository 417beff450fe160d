import { Buffer } from 'node:buffer';
import type { CertificateSigningRequest } from '@kubernats/api';
import { CertificateSigningRequests } from '@kubernats/api';
import { createCertificateRequest } from '@kubernats/pki';
import { expect, test } from 'vitest';
import { startApiServer } from './api-server.fixture.ts';

const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';

async function requestOf(name: string, subject: { commonName: string; organizations?: string[] }): Promise<CertificateSigningRequest> {
  const { requestPem } = await createCertificateRequest(subject);
  return {
    metadata: { name },
    spec: { request: Buffer.from(requestPem).toString('base64'), signerName: CLIENT_SIGNER, usages: ['client auth'] },
  };
}

test('R1: certificates are asked for, approved and issued by whoever may', async () => {
  await using fixture = await startApiServer();
  const admin = fixture.client.kind(CertificateSigningRequests);
  const made = await admin.create(await requestOf('jane', { commonName: 'jane', organizations: ['dev'] }));
  expect(made.spec).toMatchObject({ username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] });

  const bad = { ...made, metadata: { name: 'bad' }, spec: { ...made.spec, request: 'aGVsbG8=' } };
  await expect(admin.create(bad)).rejects.toMatchObject({
    code: 422,
    message:
      'CertificateSigningRequest.certificates.k8s.io "bad" is invalid: spec.request: Invalid value: "aGVsbG8=": PEM block type must be CERTIFICATE REQUEST',
  });
  await expect(admin.create(await requestOf('root', { commonName: 'eve', organizations: ['system:masters'] }))).rejects.toMatchObject({
    code: 403,
    message: expect.stringContaining(`use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`),
  });

  const decided = { ...made, status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Because' }] } };
  // May update the subresource, but not decide for this signer.
  const eve = fixture.as('system:kube-controller-manager').kind(CertificateSigningRequests);
  await expect(eve.updateSubresource(decided, 'approval')).rejects.toMatchObject({
    code: 403,
    message: expect.stringContaining(`user not permitted to approve requests with signerName "${CLIENT_SIGNER}"`),
  });
  const approved: CertificateSigningRequest = await admin.updateSubresource(decided, 'approval');
  expect(approved.status?.conditions?.[0]).toMatchObject({ type: 'Approved', lastUpdateTime: expect.any(String) });
  const denied = { ...approved, status: { conditions: [{ type: 'Denied', status: 'True' }] } };
  await expect(admin.updateSubresource(denied, 'approval')).rejects.toMatchObject({ code: 422 });
});
