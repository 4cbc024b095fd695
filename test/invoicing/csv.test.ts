import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { figure, text } from '#shared/invoicing/csv.ts';
import { invoiceLinesCsv } from '#shared/invoicing/invoice-lines-csv.ts';
import { type ItemisedRecord, itemisedHeader, itemisedRow } from '#shared/invoicing/itemised-csv.ts';
import { CREDIT_NOTE, FLEET_INVOICE, line, SMALL_INVOICE } from './fixtures.ts';

describe('cells', () => {
  test.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    ['', ''],
    ['Müller', 'Müller'],
    ['=1+1', "'=1+1"],
    ['+372 600', "'+372 600"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['＝1', "'＝1"],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
    ['a=b', 'a=b'],
  ])('text %j is written %j', (value, cell) => {
    expect(text(value)).toBe(cell);
  });

  test.each([
    ['-0.60', '-0.60'],
    ['12', '12'],
    [7n, '7'],
    [-3, '-3'],
    ['', ''],
    ['-1+1', "'-1+1"],
    ['=1', "'=1"],
    ['1,5', '"1,5"'],
  ])('figure %s is written %j', (value, cell) => {
    expect(figure(value)).toBe(cell);
  });
});

describe('lines of an invoice', () => {
  const rows = (csv: string) => parse(csv, { bom: true, columns: true }) as Record<string, string>[];

  test('golden: the credit note', () => {
    expect(invoiceLinesCsv(CREDIT_NOTE)).toBe(
      '\uFEFFinvoice_number,invoice_kind,issue_date,account,business_unit,line,line_id,kind,description,detail,period_from,period_to,' +
        'quantity,unit,unit_price,net,currency,tax_category,tax_percent,reason,amends,gross,list_price,list_currency,exchange_rate,exchange_date,exchange_source,owed_now,billed_before,owed_quantity,owed_unit,owed_unit_price,amends_date\r\n' +
        'CN-2026-000031,381,2026-11-02,C-10482,north,1,line-1,usage,"Data, Zone 3 Rest of the world",,2026-09-01,2026-09-30,' +
        '2400,MB,0.19,456.00,EUR,AE,0,backed-out file,INV-2026-000377,,,,,,,,,,,,2026-10-02\r\n',
    );
  });

  test('one row a line, in order, negative amounts as numbers', () => {
    const read = rows(invoiceLinesCsv(FLEET_INVOICE));
    expect(read.map((row) => row.line)).toEqual(FLEET_INVOICE.lines.map((each) => String(each.place)));
    expect(read[11]).toMatchObject({ net: '-1.30', quantity: '-37', reason: 'backed-out file' });
  });

  test('a correction says what it follows from', () => {
    const corrected = { owed: '15.00', billed: '20.00', quantity: '10', unit: 'month', unitPrice: '1.5' } as const;
    const lines = [line(1, { quantity: '-1', unit: 'flat', unitPrice: '5.00', net: '-5.00', corrected })];
    expect(rows(invoiceLinesCsv({ ...SMALL_INVOICE, lines }))[0]).toMatchObject({
      ...{ quantity: '-1', unit: 'flat', unit_price: '5.00', net: '-5.00', owed_now: '15.00', billed_before: '20.00' },
      ...{ owed_quantity: '10', owed_unit: 'month', owed_unit_price: '1.5' },
    });
  });

  test('what a customer named cannot compute in a spreadsheet', () => {
    const csv = invoiceLinesCsv({ ...SMALL_INVOICE, lines: [line(1, { description: '=cmd|A1', detail: '@x' })] });
    expect(rows(csv)[0]).toMatchObject({ description: "'=cmd|A1", detail: "'@x" });
  });
});

describe('itemised usage', () => {
  const usage: ItemisedRecord = {
    subscription: 'S-1',
    identifier: 'imsi#248010000000001',
    businessUnit: 'north',
    startedAt: Date.UTC(2026, 9, 25, 0, 30, 5) / 1000,
    service: 'data',
    direction: 'mo',
    network: 'DEUD2',
    zone: 'Zone 1, EU',
    apn: 'iot.example',
    bytesUp: 1_000,
    bytesDown: 9_007_199_254_000_000,
    bytesUnsplit: 5,
    seconds: 60,
    count: 1,
    charge: 'Data EU',
  };

  test('golden: header and row', () => {
    expect(itemisedHeader() + itemisedRow(usage, 'Europe/Berlin')).toBe(
      '\uFEFFsubscription,identifier,business_unit,started_at_local,started_at_utc,service,direction,network,zone,apn,' +
        'bytes_up,bytes_down,bytes_total,seconds,count,charge,carrier_charge,carrier_currency\r\n' +
        'S-1,imsi#248010000000001,north,2026-10-25T02:30:05+02:00,2026-10-25T00:30:05Z,data,mo,DEUD2,"Zone 1, EU",iot.example,' +
        '1000,9007199254000000,9007199254001005,60,1,Data EU,,\r\n',
    );
  });

  test.each([
    ['the hour that comes twice, first time', 0, '2026-10-25T02:30:05+02:00'],
    ['the hour that comes twice, second time', 3600, '2026-10-25T02:30:05+01:00'],
    ['after it', 7200, '2026-10-25T03:30:05+01:00'],
  ])('%s', (_, later, local) => {
    expect(itemisedRow({ ...usage, startedAt: usage.startedAt + later }, 'Europe/Berlin').split(',')[3]).toBe(local);
  });

  test('says what the carrier charged where a part of that is charged', () => {
    const charged = { ...usage, carrierCharge: { amount: '0.125', currency: 'USD' } };
    expect(itemisedRow(charged, 'UTC')).toMatch(/,Data EU,0\.125,USD\r\n$/);
  });

  test('a device that names itself a formula stays text', () => {
    expect(itemisedRow({ ...usage, subscription: '=1+1' }, 'UTC')).toMatch(/^'=1\+1,/);
  });

  test('header and rows have the same number of cells', () => {
    const read = parse(itemisedHeader() + itemisedRow(usage, 'UTC') + itemisedRow(usage, 'Asia/Kathmandu'), {
      bom: true,
    }) as string[][];
    expect(new Set(read.map((row) => row.length))).toEqual(new Set([18]));
  });
});
