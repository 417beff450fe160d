import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../../../generated/types.ts';

/** They are true, or they are not there. */
export const FINAL_CONDITIONS = ['Approved', 'Denied', 'Failed'];

export const conditionsOf = ({ status }: CertificateSigningRequest, type: string): CertificateSigningRequestCondition[] =>
  (status?.conditions ?? []).filter((condition) => condition.type === type);

const has = (request: CertificateSigningRequest, type: string): boolean => conditionsOf(request, type).length > 0;

export const isApproved = (request: CertificateSigningRequest): boolean => has(request, 'Approved');
export const isDenied = (request: CertificateSigningRequest): boolean => has(request, 'Denied');
export const isFailed = (request: CertificateSigningRequest): boolean => has(request, 'Failed');
