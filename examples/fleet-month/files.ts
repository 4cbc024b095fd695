import {
  DECEMBER,
  type FileEntry,
  type FleetFile,
  type FleetRecord,
  fleetRecords,
  instantOf,
  NOVEMBER,
  OCTOBER,
} from './fleet.ts';

/**
 * How the carriers deliver the fleet's records: which file holds which, and everything that goes wrong on the way. A file truncated in
 * transfer and sent again under the next number, a page of an error message in place of a file, a file sent twice under two names, records sent
 * again in other files, records that cannot be read, files that come after the month was invoiced.
 */
export function fleetFiles(): FleetFile[] {
  const records = fleetRecords();
  return [...tapFiles(records), ...csvFiles(records)];
}

const at = instantOf;
/** The last file of October goes on into the first hour of November. */
const OVERLAP = NOVEMBER + 3600;

function tapFiles(records: readonly FleetRecord[]): FleetFile[] {
  const german = between(records.filter((record) => record.network === 'DEUD2'));
  const french = between(records.filter((record) => record.network === 'FRAF1'));
  const lost = german(at('2026-10-28'), at('2026-10-30'));
  const second = german(at('2026-10-11'), at('2026-10-21'));
  const last = german(at('2026-10-30'), OVERLAP);
  return [
    tap('DEUD2', 41, german(OCTOBER, at('2026-10-11'))),
    tap('DEUD2', 42, second),
    tap('DEUD2', 43, [...german(at('2026-10-21'), at('2026-10-28')), ...everyNth(second, 37)]),
    { ...tap('DEUD2', 44, lost), fate: 'quarantined' },
    tap('DEUD2', 45, last),
    { ...tap('DEUD2', 46, [...lost, ...everyNth(last, 29)]), available: at('2026-11-04T04:30:00+01:00') },
    tap('DEUD2', 47, german(OVERLAP, at('2026-11-11'))),
    tap('DEUD2', 48, german(at('2026-11-11'), at('2026-11-21'))),
    tap('DEUD2', 49, german(at('2026-11-21'), DECEMBER)),
    tap('FRAF1', 7, french(OCTOBER, OVERLAP)),
    tap('FRAF1', 8, french(OVERLAP, DECEMBER)),
  ];
}

function tap(sender: string, sequence: number, records: readonly FleetRecord[]): FleetFile {
  const name = `CD${sender}UTOIO${String(sequence).padStart(5, '0')}${sequence === 44 ? '' : '.gz'}`;
  const entries = records.map((record): FileEntry => ({ record, garbled: '' }));
  return { carrier: 'roamhub', name, fate: 'loaded', available: availableAfter(records), sender, sequence, entries };
}

function csvFiles(records: readonly FleetRecord[]): FleetFile[] {
  const own = between(records.filter((record) => /^\d/.test(record.network)));
  const isLate = (record: FleetRecord) => record.startedAt < NOVEMBER && record.imsi.endsWith('3');
  const second = own(at('2026-10-11'), at('2026-10-21'));
  const third = own(at('2026-10-21'), OVERLAP);
  const thirdInTime = third.filter((record) => record.startedAt < at('2026-10-27') || !isLate(record));
  const november = own(OVERLAP, at('2026-11-11'));
  const middle = csv('usage_data_2026-10-20.csv.gz', [...second, ...second.slice(100, 103)]);
  return [
    csv('usage_data_2026-10-10.csv.gz', own(OCTOBER, at('2026-10-11'))),
    middle,
    { ...middle, name: 'usage_data_2026-10-20_resent.csv.gz', fate: 'copy' },
    { ...csv('usage_data_2026-10-21.csv', []), fate: 'quarantined', available: at('2026-10-22T04:30:00+02:00') },
    withGarbled(csv('usage_data_2026-10-31.csv.gz', thirdInTime), ['volume_rx', 'start_timestamp', 'volume_rx']),
    csv(
      'usage_data_2026-11-05_late.csv.gz',
      third.filter((record) => !thirdInTime.includes(record)),
    ),
    csv('usage_data_2026-11-10.csv.gz', november),
    withGarbled(csv('usage_data_2026-11-20.csv.gz', own(at('2026-11-11'), at('2026-11-21'))), ['start_timestamp']),
    csv('usage_data_2026-11-30.csv.gz', [...own(at('2026-11-21'), DECEMBER), ...everyNth(november, 31)]),
  ];
}

function csv(name: string, records: readonly FleetRecord[]): FleetFile {
  const entries = records.map((record): FileEntry => ({ record, garbled: '' }));
  return {
    carrier: 'orbitsim',
    name,
    fate: 'loaded',
    available: availableAfter(records),
    sender: '',
    sequence: 0,
    entries,
  };
}

/** Adds rows of events nobody will ever know the amount or time of: their record is like another's, but for its identity. */
function withGarbled(file: FleetFile, fields: readonly FileEntry['garbled'][]): FleetFile {
  const garbled = fields.map((field, i): FileEntry => {
    const { record } = file.entries[50 * (i + 1)]!;
    return { record: { ...record, identity: record.identity + 1_000_000 }, garbled: field };
  });
  return { ...file, entries: [...file.entries, ...garbled] };
}

function between(records: readonly FleetRecord[]): (from: number, until: number) => FleetRecord[] {
  return (from, until) => records.filter((record) => record.startedAt >= from && record.startedAt < until);
}

function everyNth(records: readonly FleetRecord[], n: number): FleetRecord[] {
  return records.filter((_, i) => i % n === n - 1);
}

/** Carriers deliver five hours after the last event. */
function availableAfter(records: readonly FleetRecord[]): number {
  return records.reduce((latest, record) => Math.max(latest, record.startedAt), 0) + 5 * 3600;
}
