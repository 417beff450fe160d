import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Tournament } from './tournament.ts';

test('the winner is the best that takes part, whatever changes', () => {
  const change = fc.record({ place: fc.nat(20), amount: fc.option(fc.nat(5)) });
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(5)), { maxLength: 21 }), fc.array(change), (start, changes) => {
      const amounts = [...start];
      const beats = (a: number, b: number): boolean => (amounts[a] ?? 0) > (amounts[b] ?? 0);
      const best = (): number => {
        let found = -1;
        for (const [place, amount] of amounts.entries()) if (amount !== null && (found < 0 || beats(place, found))) found = place;
        return found;
      };
      const tournament = new Tournament(amounts.length, (place) => amounts[place] !== null, beats);
      expect(tournament.winner).toBe(best());
      for (const { place, amount } of changes) {
        if (place >= amounts.length) continue;
        amounts[place] = amount;
        tournament.changed(place, amount !== null);
        expect(tournament.winner).toBe(best());
      }
    }),
  );
});
