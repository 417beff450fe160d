import type { CoreEvent } from '@kubernats/api';
import { SteppedClock, seededRandom } from '@kubernats/clock';
import { StatusError } from '@kubernats/errors';
import { describe, expect, test } from 'vitest';
import { createClient } from '../client.ts';
import { decodeJson, encodeJson } from '../json.ts';
import type { ApiTransport } from '../transport.ts';
import { createEventRecorder, type EventRecorderOptions } from './recorder.ts';

const web = { kind: 'Pod', apiVersion: 'v1', namespace: 'default', name: 'web', uid: 'u1' };

function setUp(options: Partial<EventRecorderOptions> = {}) {
  const clock = new SteppedClock(Date.UTC(2026, 0, 1));
  const created: CoreEvent[] = [];
  const counted: { name?: string; patch: { count?: number; series?: { count: number } } }[] = [];
  const fail: StatusError[] = [];
  const transport: ApiTransport = {
    async request({ verb, name, body }) {
      const error = fail.shift();
      if (error) return { code: error.code, body: encodeJson(error.toStatus()) };
      if (verb === 'create' && body) created.push(decodeJson(body));
      if (verb === 'patch' && body) counted.push({ name, patch: decodeJson(body) });
      return { code: 200, body: encodeJson({}) };
    },
    follow: async () => {},
  };
  const recorder = createEventRecorder({
    client: createClient(transport),
    clock,
    random: seededRandom(1),
    component: 'kubelet',
    host: 'node1',
    ...options,
  });
  return { clock, created, counted, fail, recorder };
}

describe('the event recorder', () => {
  test('events of one moment are listed in their order', async () => {
    const { created, recorder } = setUp();
    for (let i = 0; i < 50; i++) recorder.event(web, 'Normal', `Reason${i}`, `message ${i}`);
    await recorder.flush();
    const names = created.map(({ metadata }) => metadata?.name ?? '');
    expect(names.length).toBeGreaterThan(10);
    expect(names.toSorted()).toEqual(names);
  });

  test('writes an event as the kubelet does', async () => {
    const { created, recorder } = setUp();
    recorder.event(web, 'Normal', 'Started', 'Started container web', { fieldPath: 'spec.containers{web}' });
    await recorder.flush();
    expect(created).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{16}$/), namespace: 'default' },
        involvedObject: { ...web, fieldPath: 'spec.containers{web}' },
        type: 'Normal',
        reason: 'Started',
        message: 'Started container web',
        source: { component: 'kubelet', host: 'node1' },
        reportingComponent: 'kubelet',
        reportingInstance: 'node1',
        firstTimestamp: '2026-01-01T00:00:00Z',
        lastTimestamp: '2026-01-01T00:00:00Z',
        count: 1,
      },
    ]);
  });

  test('writes an event as the scheduler does', async () => {
    const { created, recorder } = setUp({ component: 'default-scheduler', host: undefined, form: 'events' });
    recorder.event(web, 'Normal', 'Scheduled', 'Successfully assigned default/web to node1', { action: 'Binding' });
    await recorder.flush();
    expect(created[0]).toMatchObject({
      action: 'Binding',
      reportingComponent: 'default-scheduler',
      eventTime: '2026-01-01T00:00:00.000000Z',
    });
    expect(created[0]?.count).toBeUndefined();
  });

  test('the same event is counted, not written again', async () => {
    const { created, counted, recorder } = setUp();
    for (let i = 0; i < 3; i++) recorder.event(web, 'Warning', 'BackOff', 'Back-off restarting failed container');
    await recorder.flush();
    expect(created).toHaveLength(1);
    expect(counted.map(({ name, patch }) => [name, patch.count])).toEqual([
      [created[0]?.metadata.name, 2],
      [created[0]?.metadata.name, 3],
    ]);
  });

  test('many different messages of one reason are combined', async () => {
    const { created, counted, recorder } = setUp();
    for (let i = 0; i < 15; i++) recorder.event(web, 'Warning', 'Unhealthy', `probe failed: ${i}`);
    await recorder.flush();
    expect(created).toHaveLength(11);
    expect(created.at(-1)?.message).toBe('(combined from similar events): probe failed: 10');
    expect(counted).toHaveLength(4);
  });

  test('a source that goes on about one object is cut off, and may speak again later', async () => {
    const { clock, created, counted, recorder } = setUp();
    for (let i = 0; i < 40; i++) recorder.event(web, 'Warning', 'BackOff', 'again');
    await recorder.flush();
    expect(created.length + counted.length).toBe(25);
    await clock.advance(301_000);
    recorder.event(web, 'Warning', 'BackOff', 'again');
    await recorder.flush();
    expect(created.length + counted.length).toBe(26);
  });

  test('an event that expired meanwhile is written anew', async () => {
    const { created, fail, recorder } = setUp();
    recorder.event(web, 'Normal', 'Pulled', 'pulled');
    await recorder.flush();
    fail.push(new StatusError('NotFound', 'events "x" not found'));
    recorder.event(web, 'Normal', 'Pulled', 'pulled');
    await recorder.flush();
    expect(created).toHaveLength(2);
  });

  test('overload is waited out, a refusal is not', async () => {
    const { clock, created, fail, recorder } = setUp();
    fail.push(new StatusError('ServiceUnavailable', 'away'), new StatusError('ServiceUnavailable', 'away'));
    recorder.event(web, 'Normal', 'A', 'a');
    await clock.advance(5_000);
    await recorder.flush();
    expect(created).toHaveLength(1);
    fail.push(new StatusError('Forbidden', 'no'));
    recorder.event(web, 'Normal', 'B', 'b');
    await recorder.flush();
    expect(created).toHaveLength(1);
  });
});
