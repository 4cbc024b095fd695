import type * as z from 'zod';
import { descriptionOf } from '../files/schema-place.ts';
import { columnName, path, timeFormat } from '../files/source-schema.ts';
import * as written from '../written.ts';

/** A kind of single value: its name, how it is written, and examples. */
interface Scalar {
  readonly name: string;
  readonly expected: string;
  readonly examples: string;
}

const scalar = (name: string, schema: z.ZodType, ...examples: string[]): Scalar => {
  return { name, expected: descriptionOf(schema), examples: examples.map((each) => `\`${each}\``).join(' ') };
};

/** The kinds of single values a catalogue is written in. */
export const SCALARS: readonly Scalar[] = [
  scalar('id', written.id, 'data-eu'),
  scalar('text', written.words, 'Data in Europe'),
  scalar('number', written.decimal, '2.00', '0.0005'),
  scalar('date', written.date, '2026-10-31'),
  scalar('quantity', written.quantity, '100 MB', '0.5 GiB', '60 s', '5 pieces'),
  scalar('number or quantity', written.bound, '100', '5 GB'),
  scalar('unit', written.unit, 'MB', 's', 'min', 'piece'),
  scalar('increment', written.increment, '1 kB', '60 s/1 s', '30/6 s'),
  scalar('service', written.service, 'data', 'event:door-opened'),
  scalar('network', written.network, 'DEUD1', '26201', 'DEU'),
  scalar('prefix', written.calledPrefix, '49', '1242'),
  scalar('slice', written.slice, '1', '1-0000AB'),
  scalar('currency', written.currency, 'EUR'),
  scalar('country', written.country, 'DE'),
  scalar('time zone', written.timeZone, 'Europe/Berlin'),
  scalar('weekdays', written.weekdays, 'mon', 'mon-fri'),
  scalar('time of day', written.clock, '08:00', '24:00'),
  scalar('day of the year', written.dayOfYear, '06-15'),
  scalar('column', columnName, 'start_time'),
  scalar('path', path, 'sim.iccid', 'units[].volume'),
  scalar('time format', timeFormat, 'iso', 'yyyy-MM-dd HH:mm:ss'),
];
