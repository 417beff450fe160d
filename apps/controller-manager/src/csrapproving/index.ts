import { Buffer } from 'node:buffer';
import { type CertificateSigningRequest, CertificateSigningRequests, SubjectAccessReviews } from '@kubernats/api';
import { rfc3339 } from '@kubernats/clock';
import { type Controller, createController } from '@kubernats/controller';
import type { ControllerContext } from '../context.ts';
import { isToBeDecided, type Recognized, recognize } from './decide.ts';

/** Approves kubelets' requests for client certificates, where who asks may have them. Source: kube-controller-manager's csrapproving. */
export function csrApprovingController(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const requests = informers.of(CertificateSigningRequests);
  const controller = createController({ ...context, name: 'csrapproving', reconcile });
  controller.watch(requests);
  return controller;

  async function reconcile(name: string): Promise<void> {
    const request = requests.get(name);
    if (!request || !isToBeDecided(request)) return;
    const { readCertificateRequest } = await import('@kubernats/pki');
    const asked = await readCertificateRequest(Buffer.from(request.spec.request, 'base64').toString('utf8'));
    for (const recognized of recognize(request, asked)) {
      if (!(await mayHave(request, recognized))) continue;
      await client.kind(CertificateSigningRequests).updateSubresource(approved(request, recognized), 'approval');
      return;
    }
  }

  async function mayHave({ spec }: CertificateSigningRequest, { subresource }: Recognized): Promise<boolean> {
    const resourceAttributes = { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', subresource };
    const { username: user, uid, groups, extra } = spec;
    const review = await client.kind(SubjectAccessReviews).create({ spec: { user, uid, groups, extra, resourceAttributes } });
    return review.status?.allowed === true;
  }

  function approved(request: CertificateSigningRequest, { message }: Recognized): CertificateSigningRequest {
    const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message, lastUpdateTime: rfc3339(clock.now()) };
    return { ...request, status: { ...request.status, conditions: [...(request.status?.conditions ?? []), condition] } };
  }
}
