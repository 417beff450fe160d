import { dns1035Label, type FieldPath, invalidValue, portName, portNumber, required } from '@kubernats/apimachinery';
import type { Cause } from '@kubernats/errors';
import type { IngressBackend, IngressServiceBackend } from '../../../../generated/types.ts';
import { checkText } from '../../../validation/basics.ts';
import { checkTypedReference } from '../typed-reference.ts';

/** Where requests go: to a Service's port, or to another object in the namespace. */
export function checkBackend({ resource, service }: IngressBackend, at: FieldPath, out: Cause[]): void {
  if (resource && service) out.push(invalidValue(at, '', 'cannot set both resource and service backends'));
  else if (resource) checkTypedReference(resource, at.child('resource'), out);
  else if (service) checkService(service, at, out);
  else out.push(invalidValue(at, '', 'resource or service backend is required'));
}

function checkService({ name, port }: IngressServiceBackend, at: FieldPath, out: Cause[]): void {
  const service = at.child('service');
  if (!name) out.push(required(service.child('name')));
  else checkText(dns1035Label, name, service.child('name'), out);
  const { name: named, number } = port ?? {};
  if (named && number) out.push(invalidValue(at, '', 'cannot set both port name & port number'));
  else if (named) checkText(portName, named, service.child('port', 'name'), out);
  else if (number) for (const problem of portNumber(number)) out.push(invalidValue(service.child('port', 'number'), number, problem));
  else out.push(required(at, 'port name or number is required'));
}
