import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryKey } from '#shared/commit-log/entry.ts';
import type { Decisions } from '#shared/commit-log/ports.ts';
import { append, appendUnless, readEntries, tail } from '#shared/commit-log/use-cases/commit-log.ts';
import { memoryDecisions } from '#shared/memory/decisions.ts';
import { newEntry } from './entries.ts';

/** Decisions whose puts are done, and the answer to every one that `loses` names is lost on the way. */
function losing(decisions: Decisions, loses: (put: number) => boolean): Decisions {
  let puts = 0;
  return {
    ...decisions,
    async putIfAbsent(key, value) {
      const answer = await decisions.putIfAbsent(key, value);
      if (loses(puts++)) throw new Error('the answer was lost');
      return answer;
    },
  };
}

async function ids(decisions: Decisions): Promise<string[]> {
  return (await readEntries(decisions, 0, await tail(decisions, 0))).map((entry) => entry.id);
}

describe('appending', () => {
  test('twenty who append at once stand one behind the other, each once', async () => {
    const decisions = memoryDecisions();
    const positions = await Promise.all(
      Array.from({ length: 20 }, (_, racer) => append(decisions, newEntry(`racer ${racer}`), 0)),
    );
    expect(positions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, place) => place + 1));
    for (const [racer, position] of positions.entries())
      expect(await decisions.get(entryKey(position))).toMatchObject({ id: `racer ${racer}`, position });
  });

  test('an entry whose answer was lost is met again and stands once', async () => {
    const decisions = memoryDecisions();
    const lossy = losing(decisions, (put) => put === 0);
    await expect(append(lossy, newEntry('mine'), 0)).rejects.toThrow('lost');
    await append(decisions, newEntry('another'), 1);
    expect(await append(lossy, newEntry('mine'), 0)).toBe(1);
    expect(await ids(decisions)).toEqual(['mine', 'another']);
  });

  test('an entry met behind those of others is taken as our own', async () => {
    const decisions = memoryDecisions();
    for (const id of ['a', 'b', 'mine', 'c']) await append(decisions, newEntry(id), 0);
    expect(await append(decisions, newEntry('mine'), 1)).toBe(3);
    expect(await ids(decisions)).toEqual(['a', 'b', 'mine', 'c']);
  });

  test('only what follows the noted tail is looked at', async () => {
    const decisions = memoryDecisions();
    for (const id of ['mine', 'b']) await append(decisions, newEntry(id), 0);
    expect(await append(decisions, newEntry('mine'), 2)).toBe(3);
  });

  test('an entry too large for a decision is refused, with its size', async () => {
    const large = newEntry('x'.repeat(300_001));
    await expect(append(memoryDecisions(), large, 0)).rejects.toThrow('at most 300000');
  });

  test('writers that race, lose answers and try again leave a log without gap and each entry once', async () => {
    const script = fc.array(fc.array(fc.boolean(), { maxLength: 4 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(script, async (writers) => {
        const decisions = memoryDecisions();
        await Promise.all(
          writers.map(async (losses, writer) => {
            const lossy = losing(decisions, (put) => losses[put] ?? false);
            const after = await tail(decisions, 0);
            for (;;) {
              const position = await append(lossy, newEntry(`w${writer}`), after).catch(() => undefined);
              if (position !== undefined) return;
            }
          }),
        );
        expect((await ids(decisions)).toSorted()).toEqual(writers.map((_, writer) => `w${writer}`).toSorted());
      }),
    );
  });
});

describe('appending what must not be overtaken', () => {
  const overtakes = ({ id }: { id: string }) => id.startsWith('bad');
  test.each<[string, string[], number, object]>([
    ['nothing in the way', ['a', 'b'], 0, { outcome: 'appended', position: 3 }],
    ['in the way, before it was noted', ['bad', 'b'], 1, { outcome: 'appended', position: 3 }],
    ['in the way', ['a', 'bad', 'b'], 1, { outcome: 'overtaken', position: 2 }],
    ['in the way, behind our own', ['a', 'mine', 'bad'], 1, { outcome: 'appended', position: 2 }],
    ['in the way, before our own', ['bad', 'mine'], 0, { outcome: 'overtaken', position: 1 }],
  ])('%s', async (_, before, after, answer) => {
    const decisions = memoryDecisions();
    for (const id of before) await append(decisions, newEntry(id), 0);
    expect(await appendUnless(decisions, newEntry('mine'), after, overtakes)).toEqual(answer);
    const wanted = answer as { outcome: string };
    expect((await ids(decisions)).includes('mine')).toBe(wanted.outcome === 'appended' || before.includes('mine'));
  });

  test('it never stands behind what overtakes it, whoever races', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('bad', 'fine', 'ours'), { maxLength: 12 }), async (writers) => {
        const decisions = memoryDecisions();
        await Promise.all(
          writers.map(async (kind, writer) => {
            const entry = newEntry(`${kind} ${writer}`);
            if (kind === 'ours') await appendUnless(decisions, entry, 0, overtakes);
            else await append(decisions, entry, 0);
          }),
        );
        const log = await ids(decisions);
        const first = log.findIndex((id) => id.startsWith('bad'));
        expect(log.slice(first < 0 ? log.length : first).filter((id) => id.startsWith('ours'))).toEqual([]);
        if (first < 0) expect(log).toHaveLength(writers.length);
      }),
    );
  });
});
