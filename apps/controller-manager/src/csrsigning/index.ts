import { Buffer } from 'node:buffer';
import { type CertificateSigningRequest, CertificateSigningRequests } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { type Controller, createController } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { isToBeSigned, SIGNERS, validMs } from './decide.ts';

/** Signs what was approved, for Kubernetes' own signers, where it has the authority's key. Source: kube-controller-manager's csrsigning. */
export function csrSigningController(context: ControllerContext): Controller {
  const { client, informers, clock, config } = context;
  const requests = informers.of(CertificateSigningRequests);
  const { signing } = config;
  const controller = createController({ ...context, name: 'csrsigning', reconcile });
  if (signing) controller.watch(requests);
  return controller;

  async function reconcile(name: string): Promise<void> {
    const request = requests.get(name);
    if (!signing || !request || !isToBeSigned(request)) return;
    const { request: text, usages = [], signerName } = request.spec;
    const { loadCertificateAuthority, readCertificateRequest, signCertificateRequest } = await import('@kubernats/pki');
    const asked = await readCertificateRequest(Buffer.from(text, 'base64').toString('utf8'));
    const problem = SIGNERS[signerName]?.(asked, usages);
    if (problem !== undefined) {
      await client.kind(CertificateSigningRequests).updateStatus(failed(request, problem));
      return;
    }
    const pem = await signCertificateRequest({ clock }, await loadCertificateAuthority(signing), asked, {
      usages,
      validMs: validMs(request),
    });
    const certificate = Buffer.from(pem).toString('base64');
    await client.kind(CertificateSigningRequests).updateStatus({ ...request, status: { ...request.status, certificate } });
  }

  function failed(request: CertificateSigningRequest, message: string): CertificateSigningRequest {
    const condition = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message, lastUpdateTime: rfc3339(clock.now()) };
    return { ...request, status: { ...request.status, conditions: [...(request.status?.conditions ?? []), condition] } };
  }
}
