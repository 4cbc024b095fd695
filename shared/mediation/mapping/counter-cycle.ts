import type { MappedSource } from '#shared/catalog/source.ts';
import { type Instant, localDateOf, type TimeZone } from '#shared/time/local-date.ts';
import type { Places, Row } from '../chunks/row.ts';
import { type RecordDraft, TEXT } from '../record-draft.ts';

/** Puts the cycle of a counter in the place of the session: readings of one cycle are what differences are taken of. */
export function cycleReader(source: MappedSource, places: Places): (row: Row, draft: RecordDraft) => void {
  const { column, monthlyOn, zone } = source.cycle;
  if (column !== '') {
    const index = places.indexOf(column);
    return (row, draft) => draft.refer(TEXT.session, row.starts[index]!, row.ends[index]!, column);
  }
  if (monthlyOn === 0) return () => {};
  let readAt = Number.NaN;
  let name = Buffer.alloc(0);
  return (_, draft) => {
    if (draft.startedAt !== readAt) {
      readAt = draft.startedAt;
      name = Buffer.from(monthlyCycle(readAt, monthlyOn, zone), 'latin1');
    }
    draft.put(TEXT.session, name, 0, name.length, 'cycle');
  };
}

/** The date a monthly cycle began on that an instant is in, when cycles begin at local midnight of a day of the month. */
export function monthlyCycle(at: Instant, day: number, zone: TimeZone): string {
  const date = localDateOf(at, zone);
  const first = String(day).padStart(2, '0');
  if (date.slice(8) >= first) return `${date.slice(0, 8)}${first}`;
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
  const before = month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
  return `${before}-${first}`;
}
