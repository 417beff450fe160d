import { describe, expect, it } from 'vitest';
import { IpPool } from './ip-pool.ts';

describe('the addresses of a node', () => {
  it('P3: one that was given back is not given again before the others had their turn', () => {
    const pool = new IpPool('10.244.0.0/29');
    expect([pool.take(), pool.take()]).toEqual(['10.244.0.2', '10.244.0.3']);
    pool.give('10.244.0.2');
    expect([pool.take(), pool.take(), pool.take(), pool.take()]).toEqual(['10.244.0.4', '10.244.0.5', '10.244.0.6', '10.244.0.2']);
    expect(pool.take()).toBeUndefined();
  });

  it('goes on behind what was in use before', () => {
    const pool = new IpPool('10.244.0.0/24');
    pool.startBehind('10.244.0.77');
    pool.startBehind('10.244.0.5');
    pool.startBehind('10.9.9.9');
    expect(pool.take()).toBe('10.244.0.78');
  });
});
