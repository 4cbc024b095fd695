import { describe, expect, test } from 'vitest';
import { figures, indented, pairs, table, words } from '../../cli/terminal/table.ts';

const ROWS = [
  { name: 'Kühlkette', net: '1,234.50', note: '' },
  { name: 'x', net: '7', note: '' },
];

describe('tables', () => {
  test('text stands left, figures right, and a column with nothing in it is left out', () => {
    const text = table(ROWS, [
      words('unit', (row) => row.name),
      figures('net', (row) => row.net),
      words('note', (row) => row.note),
    ]);
    expect(text).toBe('unit            net\nKühlkette  1,234.50\nx                 7');
  });

  test('without rows there are the headings', () => {
    expect(table([], [words('a', () => ''), words('b', () => '')])).toBe('a  b');
  });

  test('control characters of files never reach the terminal', () => {
    const text = table([{ name: 'a\u001b[2J\u202eb' }], [words('name', (row) => row.name)]);
    expect(text).toBe('name\na�[2J�b');
    expect(pairs([['name', 'a\u0007']])).toBe('name  a�');
  });

  test('pairs leave out what is empty', () => {
    expect(
      pairs([
        ['a', '1'],
        ['long', ''],
        ['bb', '2'],
      ]),
    ).toBe('a   1\nbb  2');
  });

  test('empty lines are not indented', () => expect(indented('a\n\nb', 2)).toBe('  a\n\n  b'));
});
