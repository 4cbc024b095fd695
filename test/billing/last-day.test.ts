import { describe, expect, test } from 'vitest';
import type { Turn } from '../rating/fleet.ts';
import { fee, fleet, on, owed } from './recurring-lines.ts';

describe('the day of termination (pricing rules §1)', () => {
  const noon = '2026-03-20T12:00:00+01:00';
  const ends = (at: string, more: Partial<Turn> = {}): Turn => ({ at, state: 'terminated', ...more });

  test.each([
    [
      'counts where it is terminated with that day',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-03-10'), ends('2026-03-20')],
      ['fee: 0.354839 = 11.00'],
    ],
    [
      'also as the first of a period',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-02-10'), ends('2026-03-01')],
      ['fee: 0.032258 = 1.00'],
    ],
    [
      'and is free there where it is free',
      fee('price: 31.00'),
      [on('2026-02-10'), ends('2026-03-01', { payer: '' })],
      [],
    ],
    [
      'counts where the assignment ends with it',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-03-10'), ends(noon, { payer: '' })],
      ['fee: 0.354839 = 11.00'],
    ],
    [
      'where it ends with it and with the day',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-03-10'), ends('2026-03-20', { payer: '' })],
      ['fee: 0.354839 = 11.00'],
    ],
    [
      'where it ends with it on the first day of a period',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-02-10'), ends('2026-03-01', { payer: '' })],
      ['fee: 0.032258 = 1.00'],
    ],
    [
      'where it ends later that day',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-03-10'), ends(noon), { at: '2026-03-20T18:00:00+01:00', payer: '' }],
      ['fee: 0.354839 = 11.00'],
    ],
    [
      'not where nobody paid any more when it was terminated',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-03-10'), { at: '2026-03-20T08:00:00+01:00', payer: '' }, ends(noon)],
      ['fee: 0.322581 = 10.00'],
    ],
    [
      'not of who paid before, where another pays from then on',
      fee('lastDay: counts, price: 31.00'),
      [on('2026-03-10'), ends(noon, { payer: 'q', plan: 'a' })],
      ['fee: 0.322581 = 10.00'],
    ],
    [
      'is free where the assignment ends with it',
      fee('price: 31.00'),
      [on('2026-03-10'), ends(noon, { payer: '' })],
      ['fee: 0.322581 = 10.00'],
    ],
    [
      'a day of activation counts, also where it is terminated and its assignment ends on it',
      fee('price: 31.00'),
      [on('2026-03-20T08:00:00+01:00'), ends(noon, { payer: '' })],
      ['fee: 0.032258 = 1.00'],
    ],
    [
      'is free where it was active at any time of it',
      fee('dayRule: anyTime, price: 31.00'),
      [on('2026-03-10'), ends(noon)],
      ['fee: 0.322581 = 10.00'],
    ],
    [
      'also where its assignment ends with it',
      fee('dayRule: anyTime, price: 31.00'),
      [on('2026-03-10'), ends(noon, { payer: '' })],
      ['fee: 0.322581 = 10.00'],
    ],
    [
      'and counts by what it was at any time of it, where it counts',
      fee('dayRule: anyTime, lastDay: counts, price: 31.00'),
      [on('2026-03-10'), { at: '2026-03-20T09:00:00+01:00', state: 'suspended' as const }, ends(noon, { payer: '' })],
      ['fee: 0.354839 = 11.00'],
    ],
    [
      'by what it was before it, where it ends with its first moment',
      fee('dayRule: anyTime, lastDay: counts, price: 31.00'),
      [on('2026-03-10'), ends('2026-03-20')],
      ['fee: 0.354839 = 11.00'],
    ],
    [
      'a day of activation counts at any time too',
      fee('dayRule: anyTime, price: 31.00'),
      [on('2026-03-20T08:00:00+01:00'), ends(noon)],
      ['fee: 0.032258 = 1.00'],
    ],
    [
      'a day of activation is active, also where it is terminated while suspended',
      `${fee('lastDay: counts, price: 31.00')}, ${fee('states: suspended, lastDay: counts, price: 31.00', 'rest')}`,
      [on('2026-03-20T08:00:00+01:00'), { at: '2026-03-20T09:00:00+01:00', state: 'suspended' as const }, ends(noon)],
      ['fee: 0.032258 = 1.00'],
    ],
    [
      'an interval of its own has its day of termination',
      fee('months: 12, due: advance, lastDay: counts, price: 365.00'),
      [on('2026-03-01'), ends('2026-03-20', { payer: '' })],
      ['2026-03-01..2027-03-01 fee: 0.054795 = 20.00'],
    ],
  ])('%s', (_, charges, turns, expected) => {
    expect(owed(charges, fleet(turns))).toEqual(expected);
  });
});
