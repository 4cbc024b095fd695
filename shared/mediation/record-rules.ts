import type { SourceDefinition } from '#shared/catalog/source.ts';
import type { Instant } from '#shared/time/local-date.ts';
import type { DecoderSettings } from './decoder.ts';
import { takeAmount } from './record-amount.ts';
import { DIRECTIONS, type RecordDraft, TEXT } from './record-draft.ts';

/** What a record must keep to, for one file. */
export interface RecordRules {
  readonly earliest: Instant;
  readonly latest: Instant;
  readonly settings: DecoderSettings;
  /** Decimal separator of the charges whose amounts are kept; '' = none are. */
  readonly amounts: '.' | ',' | '';
}

/** The rules for a file of a source that arrived at an instant. */
export function recordRules(source: SourceDefinition, arrivedAt: Instant, settings: DecoderSettings): RecordRules {
  return {
    earliest: arrivedAt - settings.maxPastDays * 86_400,
    latest: arrivedAt + settings.maxFutureSeconds,
    settings,
    amounts: source.amounts ? ('decimalSeparator' in source ? source.decimalSeparator : '.') : '',
  };
}

const DAY_OR_MONTH_TOLERANCE = 86_400;
const MO_OR_NOT_SAID = [DIRECTIONS.indexOf(''), DIRECTIONS.indexOf('mo')];

/**
 * Holds a finished draft against the rules every format has in common (mediation rules 11, 14, 15, 26, 28): an identifier, a start that is
 * neither too old nor to come, quantities that can be believed. A calendar day may begin elsewhere a day before it begins in UTC. A record
 * without any quantity is kept for statistics (rule 27).
 */
export function applyRules(draft: RecordDraft, rules: RecordRules): void {
  if (draft.code !== '') return;
  if (draft.isEmpty(TEXT.identifier)) {
    draft.fail('NO_IDENTIFIER', 'identifier', '', 'the record names no subscriber: none of the identifiers is filled');
    return;
  }
  const { startedAt } = draft;
  if (!(startedAt >= rules.earliest)) {
    draft.fail(
      'START_TOO_OLD',
      'start',
      String(startedAt),
      `it starts more than ${rules.settings.maxPastDays} days before the file arrived`,
    );
  } else if (startedAt > rules.latest + (draft.precision === 0 ? 0 : DAY_OR_MONTH_TOLERANCE)) {
    draft.fail(
      'START_IN_FUTURE',
      'start',
      String(startedAt),
      `it starts more than ${rules.settings.maxFutureSeconds} s after the file arrived`,
    );
  }
  applyCeilings(draft, rules.settings);
  if (rules.amounts !== '') takeAmount(draft, rules.amounts);
  if (draft.bytesUp + draft.bytesDown + draft.bytesUnsplit + draft.seconds + draft.count === 0) draft.outcome = 1;
}

function applyCeilings(draft: RecordDraft, settings: DecoderSettings): void {
  const bytes = draft.bytesUp + draft.bytesDown + draft.bytesUnsplit;
  if (bytes >= settings.maxBytes) {
    draft.fail(
      'ABOVE_CEILING',
      'bytes',
      String(bytes),
      `records of ${settings.maxBytes} octets or more are not believed`,
    );
  }
  if (draft.seconds > settings.maxSeconds) {
    draft.fail(
      'ABOVE_CEILING',
      'seconds',
      String(draft.seconds),
      `records of more than ${settings.maxSeconds} s are not believed`,
    );
  }
  if (draft.count > settings.maxCount) {
    draft.fail(
      'ABOVE_CEILING',
      'count',
      String(draft.count),
      `records of more than ${settings.maxCount} pieces are not believed`,
    );
  }
}

/** Brings APN and called prefix into the form usage keys have them in. */
export function normaliseKeyTexts(draft: RecordDraft): void {
  if (!draft.isEmpty(TEXT.apn)) normaliseApn(draft);
  if (!draft.isEmpty(TEXT.otherParty) && MO_OR_NOT_SAID.includes(draft.direction)) takeCalledPrefix(draft);
}

/** Network identifier only, lower case: without the ".mnc001.mcc001.gprs" of TS 23.003 §9. */
function normaliseApn(draft: RecordDraft): void {
  const { bytes } = draft;
  const start = draft.start(TEXT.apn);
  let end = draft.end(TEXT.apn);
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x41 && byte <= 0x5a) bytes[i] = byte + 0x20;
  }
  if (end - start > OPERATOR_LENGTH && bytes[end - 5] === POINT && bytes[end - 1] === LETTER_S) {
    if (OPERATOR.test(bytes.toString('latin1', end - OPERATOR_LENGTH, end))) end -= OPERATOR_LENGTH;
  }
  draft.share(TEXT.apn, start, end);
}

const POINT = 0x2e;
const LETTER_S = 0x73;
const OPERATOR = /^\.mnc\d{3}\.mcc\d{3}\.gprs$/;
const OPERATOR_LENGTH = '.mnc001.mcc001.gprs'.length;

/** The first seven digits at most of an international number; names and addresses give none. */
function takeCalledPrefix(draft: RecordDraft): void {
  const { bytes } = draft;
  let start = draft.start(TEXT.otherParty);
  const end = draft.end(TEXT.otherParty);
  if (bytes[start] === 0x2b) start++;
  else if (bytes[start] === 0x30 && bytes[start + 1] === 0x30 && end - start > 2) start += 2;
  let until = start;
  while (until < end && until - start < 7 && bytes[until]! >= 0x30 && bytes[until]! <= 0x39) until++;
  draft.share(TEXT.calledPrefix, start, until);
}
