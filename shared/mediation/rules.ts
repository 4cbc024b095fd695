/** A rule usage is held to before it is billed. */
export interface MediationRule {
  readonly number: number;
  /** What must hold, and what becomes of what does not. */
  readonly text: string;
  /** Who decides it: mediation (while a file is read), the fold (of all files together), rating, or the commit of a file. */
  readonly decidedBy: 'mediation' | 'fold' | 'rating' | 'commit';
  /** Reasons of suspense it gives, where rating decides. */
  readonly suspense: readonly string[];
  /** Where it has neither code nor reason: the test that proves it, and the name of a case in it. */
  readonly proof: readonly [path: string, name: string] | null;
}

const coded = (number: number, text: string): MediationRule => {
  return { number, text, decidedBy: 'mediation', suspense: [], proof: null };
};
const suspended = (number: number, text: string, suspense: readonly string[]): MediationRule => {
  return { number, text, decidedBy: 'rating', suspense, proof: null };
};
const proved = (
  number: number,
  text: string,
  decidedBy: MediationRule['decidedBy'],
  path: string,
  name: string,
): MediationRule => ({ number, text, decidedBy, suspense: [], proof: [path, name] });

const NUMBERS = 'test/mediation/use-cases/take-number.test.ts';
const FOLD = 'test/usage/fold.property.test.ts';

/**
 * The rules of mediation, in order of their numbers. Codes name the rule they belong to (codes.ts). They restate TD.57 for TAP, TS 32.297 and
 * TS 32.298 for files of CDRs, and the practice of revenue assurance for the rest.
 */
export const RULES: readonly MediationRule[] = [
  coded(1, 'The number in the name of a file is that of its header.'),
  coded(
    2,
    'A number nobody has, or no file by the time one was due, is a missing file: it is listed until it comes. The files around it count.',
  ),
  proved(
    3,
    'The same content under the same number is a copy and changes nothing.',
    'mediation',
    NUMBERS,
    'other content is quarantined, the same content is not',
  ),
  coded(4, 'Other content under a number that is taken does not count.'),
  proved(
    5,
    'Numbers begin anew after 99999; test files have numbers of their own; a notification uses one up.',
    'mediation',
    NUMBERS,
    'is used up by a notification',
  ),
  coded(6, 'A file that is sent again after it was refused says which return file it answers.'),
  coded(7, 'A file holds as many events as its trailer counts, rejected ones included.'),
  coded(8, 'Charges, taxes and discounts of a file add up to its trailer.'),
  coded(9, 'A file can be read from its first byte to its last and has every part it must have.'),
  coded(10, 'A UTC offset code is one the file defines.'),
  coded(11, 'Every value of a record is there, of its kind and in its range.'),
  coded(12, 'A record is not charged before it begins.'),
  coded(13, 'A data record lasts a day at most.'),
  coded(14, 'A record is not older than agreed when its file arrives.'),
  coded(15, 'A record does not begin after its file arrived.'),
  proved(
    16,
    'An event counts once, whichever files and places it is in.',
    'fold',
    FOLD,
    'the first of each event stands and the others are counted',
  ),
  coded(17, 'A CDR file says how many records it has and how it was closed; what is intact of it counts.'),
  suspended(18, 'Usage of identifiers nobody has, or nobody pays for, waits until the inventory says whose it is.', [
    'UNKNOWN_SUBSCRIBER',
    'NO_ASSIGNMENT',
    'NOT_ACTIVE',
  ]),
  suspended(19, 'Usage no price fits waits until the catalogue has one.', ['NO_PLAN', 'UNKNOWN_NETWORK', 'NO_PRICE']),
  proved(
    20,
    'Partial records count each for itself; the gateway and charging id join them into a session.',
    'mediation',
    'test/mediation/tap3.test.ts',
    'the same event twice is one; what differs in identity is not',
  ),
  proved(
    21,
    'Of a counter, what counts is the rise since the reading before; a fall is a restart.',
    'fold',
    'test/usage/counters.test.ts',
    'counter readings',
  ),
  proved(
    22,
    'An aggregate takes the place of what was said before of the same day and class.',
    'fold',
    FOLD,
    'folding aggregates',
  ),
  suspended(23, 'Late usage is billed by the next run, as the difference it makes, until its period is frozen.', [
    'FROZEN',
  ]),
  proved(
    24,
    'A corrected file is a file of its own: of records it repeats, those that were accepted stand.',
    'fold',
    FOLD,
    'a file loaded again at a later position changes nothing but the duplicates',
  ),
  coded(25, 'A record does not end before it begins.'),
  coded(26, 'A record has no quantity that cannot be believed.'),
  proved(
    27,
    'A failed message and a session without usage count nothing and are kept for statistics.',
    'mediation',
    'test/mediation/chunk-builder.test.ts',
    'in one chunk and month, one stands',
  ),
  coded(28, 'A record names a subscriber. One that names none is no fault of its file.'),
  coded(29, 'Test data is read and registered, and never billed.'),
  coded(
    30,
    'Read is accepted, duplicate and rejected; accepted is billed, suspended, written off or not yet due, in records and units.',
  ),
];
