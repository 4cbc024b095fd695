import { describe, expect, test } from 'vitest';
import { presetSource } from '#shared/catalog/presets/presets.ts';
import {
  bcd,
  element,
  encodeTransferBatch,
  integer,
  localTime,
  type Tap3Event,
  type Tap3File,
  tap3FileName,
  text,
} from '../../bench/generate/tap3-encoder.ts';
import { ARRIVED, type Decoded, decode, recordsOf } from './decode.ts';
import { TAP3_FILE } from './tap3-file.ts';

const TAP3 = presetSource('tap3', 'tap3', 'demo', '*');
const START = ARRIVED - 86_400;
const OFFSET = '+0200';
const node = (tag: number, ...children: Uint8Array[]) => element(tag, true, Buffer.concat(children));
const time = (tag: number, at = START) => node(tag, text(16, localTime(at, OFFSET)), integer(232, 1));
const subscriber = [bcd(129, '001010000000001'), bcd(152, '882990000000001')];
const taxes = (value: number) => node(214, node(213, integer(212, 1), integer(397, value)));
const details = (charge: number, ...more: Uint8Array[]) =>
  node(64, node(63, text(71, '00'), integer(62, charge), ...more), node(63, text(71, '01'), integer(62, charge)));
const event = (bytes: Uint8Array, charge = 0, tax = 0): Tap3Event => ({
  kind: 'encoded',
  event: bytes,
  start: START,
  offset: OFFSET,
  entity: 'SMSC-1',
  charge,
  tax,
});
const decoded = (changes: Partial<Tap3File>, ...events: Tap3Event[]): Decoded =>
  decode(TAP3, tap3FileName(TAP3_FILE), encodeTransferBatch({ ...TAP3_FILE, events, ...changes }));
const rejected = ({ chunks }: Decoded) => chunks.flatMap((c) => c.rejected);

const serviceCentre = (status: number, ...times: Uint8Array[]) =>
  node(
    12,
    node(191, node(430, node(286, ...subscriber)), integer(67, status), text(402, '491771234567')),
    text(195, 'FRAF1'),
    integer(184, 1),
    node(69, text(66, 'E'), integer(105, 1), details(410), taxes(78)),
    node(192, integer(144, 1)),
    node(193, ...times, text(73, 'D')),
  );
const messaging = node(
  433,
  integer(439, 1),
  node(436, ...subscriber, bcd(128, '352500110000101')),
  node(113, text(195, 'FRAF1')),
  text(435, 'ref-1'),
  node(185, integer(184, 1)),
  time(447),
  node(443, bcd(444, '491771234567')),
  integer(105, 1),
  integer(62, 500),
  taxes(95),
);
const session = node(
  434,
  integer(440, 2),
  node(436, ...subscriber),
  node(113, text(195, 'FRAF1')),
  text(435, 'ref-2'),
  node(185, integer(184, 1)),
  time(447),
  integer(58, 0),
  integer(223, 61),
  node(450, bcd(451, '33140200000')),
  node(448, node(449, text(66, 'D'), integer(105, 1), details(1230), taxes(10))),
);
const common = {
  identifier: 'imsi#001010000000001',
  msisdn: '882990000000001',
  network: 'FRAF1',
  started_at: new Date(START * 1000).toISOString().replace('.000', ''),
  start_offset: '+02:00',
  currency: 'XDR',
};

test.each([
  [
    'a message sent, of a service centre',
    event(serviceCentre(0, time(88), time(76, START + 5)), 410, 78),
    {
      record_type: 'serviceCentreUsage',
      service: 'sms',
      direction: 'mo',
      count: '1',
      other_party: '491771234567',
      charge: '0.00410',
      tax: '0.00078',
    },
  ],
  [
    'a message received, whose deposit is not said',
    event(serviceCentre(1, time(76)), 410, 78),
    { record_type: 'serviceCentreUsage', service: 'sms', direction: 'mt' },
  ],
  [
    'a messaging event',
    event(messaging, 500, 95),
    {
      record_type: 'messagingEvent',
      service: 'sms',
      direction: '',
      count: '1',
      imei: '352500110000101',
      other_party: '491771234567',
      charge: '0.00500',
      tax: '0.00095',
    },
  ],
  [
    'a mobile session',
    event(session, 1230, 10),
    {
      record_type: 'mobileSession',
      service: 'voice',
      direction: '',
      seconds: '61',
      other_party: '33140200000',
      charge: '0.01230',
      tax: '0.00010',
      cause: '0',
    },
  ],
] as const)('%s', (_, each, says) => {
  const whole = decoded({}, each, event(node(297, integer(184, 1))));
  expect(whole.outcome).toMatchObject({ status: 'accepted', read: 2, accepted: { records: 1 } });
  expect(recordsOf(whole)).toMatchObject([{ ...common, ...says }]);
});

test('charges in the currency the file names', () => {
  const whole = decoded({ tapCurrency: 'EUR', decimals: 2 }, event(messaging, 500, 95));
  expect(recordsOf(whole)).toMatchObject([{ charge: '5.00', tax: '0.95', currency: 'EUR' }]);
  const odd = decoded({ tapCurrency: '€' }, event(messaging, 500, 95));
  expect(odd.outcome).toMatchObject({
    status: 'quarantined',
    problems: [{ code: 'INVALID_HEADER', field: 'tapCurrency' }],
  });
});

describe('events that do not become records', () => {
  const aggregated = node(
    453,
    text(455, '20261001'),
    text(456, '20261029'),
    text(195, 'DEUD2'),
    text(458, 'M2M-FLAT'),
    integer(460, 5_000_000),
    integer(461, 123_456),
  );
  const call = (...details64: Uint8Array[]) =>
    node(
      9,
      node(147, node(427, node(199, ...subscriber)), time(44), integer(223, 60)),
      node(38, node(39, node(36, node(426, text(218, '11'))), ...details64)),
    );
  test.each([
    ['an aggregate', event(aggregated, 123_456), 'UNSUPPORTED_EVENT', 'AggregatedUsageRecord', 'M2M-FLAT 5000000'],
    ['a location', event(node(297, integer(184, 1))), 'UNSUPPORTED_EVENT', 'LocationService', 'not decoded'],
    ['content', event(node(17, integer(184, 1))), 'UNSUPPORTED_EVENT', 'ContentTransaction', 'not decoded'],
    ['a message nobody is charged for', event(serviceCentre(7, time(88)), 410, 78), 'INVALID_VALUE', '7', 'received'],
    [
      'a call charged before it began',
      event(call(time(74, START - 1))),
      'CHARGED_BEFORE_START',
      String(START - 1),
      '1 s before',
    ],
    [
      'a call with a detail charged before it began',
      event(call(node(70, node(69, details(5, time(410, START - 60))))), 5),
      'CHARGED_BEFORE_START',
      String(START - 60),
      '60 s before',
    ],
    [
      'a bearer service',
      event(node(9, node(38, node(39, node(36, node(426, text(40, '26'))))))),
      'UNSUPPORTED_EVENT',
      '3236',
      '',
    ],
  ] as const)('%s', (_, each, code, value, says) => {
    const whole = decoded({}, each, event(messaging, 500, 95));
    expect(whole.outcome).toMatchObject({ status: 'accepted', accepted: { records: 1 } });
    expect(rejected(whole)).toMatchObject([{ record: 1, code, value }]);
    expect(rejected(whole)[0]!.text).toContain(says);
  });

  test('a part charged when the call begins, or later, is right', () => {
    expect(rejected(decoded({}, event(call(time(74), time(74, START + 9)))))).toEqual([]);
  });
});
