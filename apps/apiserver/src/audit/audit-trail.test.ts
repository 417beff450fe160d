import { expect, test } from 'vitest';
import type { AuditedRequest } from './audit-event.ts';
import { AuditTrail } from './audit-trail.ts';
import type { AuditConfig } from './evaluate-policy.ts';

const RECEIVED_MS = Date.UTC(2026, 0, 31, 9, 30);
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function trailOf(config: Partial<AuditConfig>, request: Partial<AuditedRequest> = {}) {
  const events: Record<string, unknown>[] = [];
  const trail = new AuditTrail(
    { now: () => RECEIVED_MS + 5, write: (event) => events.push(event as Record<string, unknown>) },
    {
      ...{
        auditId: 'id',
        uri: '/api/v1/namespaces/a/secrets/s',
        verb: 'update',
        sourceIPs: [],
        userAgent: undefined,
        receivedAtMs: RECEIVED_MS,
      },
      user: { name: 'ann', groups: [] },
      resource: { group: '', version: 'v1', resource: 'secrets', subresource: '', namespace: 'a', name: 's' },
      ...request,
    },
    { level: 'Metadata', omitStages: new Set(), omitManagedFields: false, ...config },
  );
  return { trail, events, stages: () => events.map(({ stage }) => stage) };
}

test('R1: what has failed the server is a panic, and says nothing more', () => {
  const { trail, events, stages } = trailOf({});
  trail.received();
  trail.panicked(new Error('no such luck'));
  trail.answered(500, [bytes({ kind: 'Status', apiVersion: 'v1', status: 'Failure' })]);
  trail.completed();
  expect(stages()).toEqual(['RequestReceived', 'Panic']);
  expect(events[1]?.responseStatus).toEqual({
    ...{ metadata: {}, status: 'Failure', message: "APIServer panic'd: no such luck", reason: 'InternalError', code: 500 },
  });
});

test('R1: a connection that ended before its answer is an early end', () => {
  const { trail, events } = trailOf({});
  trail.completed();
  expect(events[0]?.responseStatus).toEqual({ metadata: {}, status: 'Success', message: 'Connection closed early', code: 200 });
});

test('R1: what was answered by the time, or by a backend, has its code', () => {
  const late = trailOf({});
  late.trail.completed(504);
  expect(late.events).toMatchObject([{ stage: 'ResponseComplete', responseStatus: { metadata: {}, code: 504 } }]);
  const proxied = trailOf({});
  proxied.trail.completed(302, true);
  expect(proxied.stages()).toEqual(['ResponseStarted', 'ResponseComplete']);
});

test('R1: times are to the microsecond, and the first stage has the time of the request', () => {
  const { trail, events } = trailOf({});
  trail.received();
  trail.completed();
  expect(events.map(({ stageTimestamp }) => stageTimestamp)).toEqual(['2026-01-31T09:30:00.000000Z', '2026-01-31T09:30:00.005000Z']);
  expect(events[1]?.requestReceivedTimestamp).toBe('2026-01-31T09:30:00.000000Z');
});

const secret = { kind: 'Secret', metadata: { name: 's', uid: 'u', resourceVersion: '7', managedFields: [{}] }, data: { a: 'Yg==' } };

test.each<[AuditConfig['level'], string[]]>([
  ['Metadata', []],
  ['Request', ['requestObject']],
  ['RequestResponse', ['requestObject', 'responseObject']],
])('R1: at the level %s there is %j', (level, expected) => {
  const { trail, events } = trailOf({ level });
  trail.body(bytes(secret));
  trail.answered(200, [bytes(secret)]);
  trail.completed();
  const [event = {}] = events;
  expect(Object.keys(event).filter((key) => key.endsWith('Object'))).toEqual(expected);
  expect(event.objectRef).toEqual({ resource: 'secrets', namespace: 'a', name: 's', uid: 'u', apiVersion: 'v1', resourceVersion: '7' });
});

test('R1: managed fields are left out where the policy says so, in lists and tables too', () => {
  const { trail, events } = trailOf({ level: 'RequestResponse', omitManagedFields: true }, { verb: 'list' });
  trail.answered(200, [bytes({ kind: 'Table', rows: [{ cells: [], object: secret }] })]);
  trail.completed();
  expect(JSON.stringify(events)).toContain('"uid":"u"');
  expect(JSON.stringify(events)).not.toContain('managedFields');
});

test('bodies that are no JSON, and users that are nobody, do no harm', () => {
  const { trail, events } = trailOf({ level: 'RequestResponse' }, { user: undefined });
  trail.body(new TextEncoder().encode('{"__proto__":'));
  trail.answered(400, [new TextEncoder().encode('nonsense')]);
  trail.completed();
  expect(events[0]).toMatchObject({ user: {}, responseStatus: { metadata: {}, code: 400 } });
});
