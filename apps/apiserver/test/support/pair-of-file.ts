import { afterAll } from 'vitest';
import { type Fixture, memoryBacking, startApiServer } from '../api-server.fixture.ts';

/** Two API servers over one state, for the tests of a file. */
export async function pairOfFile(): Promise<{ api: Fixture; other: Fixture }> {
  const backing = memoryBacking();
  const api = await startApiServer({ backing });
  const other = await startApiServer({ backing });
  afterAll(async () => {
    await other[Symbol.asyncDispose]();
    await api[Symbol.asyncDispose]();
  });
  return { api, other };
}
