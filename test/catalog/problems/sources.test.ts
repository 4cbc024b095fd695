import { expect, test } from 'vitest';
import { catalogProblemText } from '#shared/catalog/catalog-problem.ts';
import { oneMistake, problemsOf } from './one-mistake.ts';

oneMistake('a source that is wrong', [
  [
    'an unknown field of a source',
    'format: tap3',
    'format: tap3, filenamePattern: x',
    'sources[0].filenamePattern',
    'tap3',
    'Did you mean fileNamePattern?',
  ],
  [
    'a source format there is not',
    'format: tap3',
    'format: xml',
    'sources[0].format',
    'xml',
    'one of "tap3", "delimited", "json", "ts32298"',
  ],
]);

test('a source is told what is wrong with it, as everything else is', () => {
  const text = `sources:
  - name: csv
    carrier: c
    format: delimited
    delimiter: ":"
    identifiers: [{ kind: imsi }]
    identity: []
    start: { column: t, zone: X/Y }
    service: { rules: [{ service: dat, quantities: [{ measure: bytesUp, column: u, unit: MB }] }] }
    apn: [a]
    network: { colum: n }
  - { name: t, carrier: c, format: tap3, records: aggregates }
  -
`;
  expect(problemsOf(text).map(catalogProblemText)).toEqual([
    'c.yaml:5 sources[0].delimiter: found ":", expected one of ",", ";", "\\t", "|". Correct it.',
    'c.yaml:6 sources[0].identifiers[0].column: found nothing, expected the name of a column. Add column.',
    'c.yaml:7 sources[0].identity: found a list, expected a list, at least 1 long. Correct it.',
    'c.yaml:8 sources[0].start.zone: found "X/Y", expected an IANA time zone, such as Europe/Berlin. Write area/city; an offset such as +02:00 has no summer time.',
    'c.yaml:9 sources[0].service.rules[0].service: found "dat", expected data, sms, voice, supplementary, event:<name>, or value for what the column says. Did you mean data?',
    'c.yaml:11 sources[0].network.colum: found unknown field "colum", expected one of column, constant, prefixes, mcc, mnc. Did you mean column?',
    'c.yaml:10 sources[0].apn: found a list, expected the name of a column or a mapping with column, constant, prefixes. Correct it.',
    'c.yaml:12 sources[1].records: found "aggregates", expected one of "events". Correct it.',
    'c.yaml:13 sources[2]: found nothing, expected a mapping with format. Write it.',
  ]);
});
