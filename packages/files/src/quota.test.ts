import { expect, it } from 'vitest';
import { Quota } from './quota.ts';

const quotaOf = async (limit: number, counted: number): Promise<Quota> => {
  const quota = new Quota(() => limit);
  await quota.usage.recount(async () => counted);
  return quota;
};

it('does not know what a write that failed has left: it is counted again', async () => {
  const { usage } = await quotaOf(10, 5);
  const full = Promise.reject(new Error('the disk of the machine is full'));
  await expect(usage.during('f', 3, full)).rejects.toThrow('full');
  expect(usage.isKnown).toBe(false);
});

it('counts what is being written, and what was written while it counted', async () => {
  const quota = await quotaOf(10, 0);
  const writing = Promise.withResolvers<void>();
  const done = quota.usage.during('f', 6, writing.promise);
  expect([quota.fits(4), quota.fits(5), quota.usage.isBusy('f')]).toEqual([true, false, true]);
  const counting = Promise.withResolvers<number>();
  const counted = quota.usage.recount(() => counting.promise);
  writing.resolve();
  await done;
  counting.resolve(0);
  await counted;
  expect([quota.fits(4), quota.fits(5), quota.usage.isBusy('f')]).toEqual([true, false, false]);
});

it('always lets a folder become smaller', async () => {
  const quota = await quotaOf(10, 20);
  expect([quota.fits(-1), quota.fits(0), quota.fits(1)]).toEqual([true, true, false]);
});
