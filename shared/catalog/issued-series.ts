import { canMeet, type DocumentKind, type Numbering, type NumberingSeries, restartsEachYear } from './numbering.ts';

/** A way a seller has numbered documents of a kind. Its numbers stay theirs, whatever is released later. */
export interface IssuedSeries {
  readonly kind: DocumentKind;
  readonly prefix: string;
  /** When its counter begins again. */
  readonly reset: 'year' | 'never';
  /** The first run that was posted with it. */
  readonly run: string;
}

/** Two ways of numbering by which one number could be given twice. */
export interface MeetingSeries {
  readonly wanted: Omit<IssuedSeries, 'run'>;
  readonly issued: IssuedSeries;
}

const KINDS: readonly DocumentKind[] = ['invoice', 'creditNote', 'debitNote'];

/** The series of a seller, without what no two numbers are told apart by. */
export function seriesOf(numbering: Numbering): Omit<IssuedSeries, 'run'>[] {
  return KINDS.flatMap((kind) => {
    const series: NumberingSeries | undefined = numbering[kind];
    if (series === undefined) return [];
    return [{ kind, prefix: series.prefix, reset: restartsEachYear(series) ? 'year' : 'never' } as const];
  });
}

/** Whether two are one series: its counter goes on where it stands, so that no number comes twice. */
export function isSameSeries(a: Omit<IssuedSeries, 'run'>, b: Omit<IssuedSeries, 'run'>): boolean {
  return a.kind === b.kind && a.prefix === b.prefix && a.reset === b.reset;
}

/**
 * The series of a seller whose numbers could be some that were given already, each with what gave them: the prefix of another kind of document, a
 * counter that would begin anew behind the same prefix, or a prefix that differs by digits alone. Over the whole life of a seller no number is given
 * twice (decision 17).
 */
export function meetingSeries(numbering: Numbering, issued: readonly IssuedSeries[]): MeetingSeries[] {
  return seriesOf(numbering).flatMap((wanted) => {
    const other = issued.find((each) => !isSameSeries(wanted, each) && canMeet(wanted.prefix, each.prefix));
    return other === undefined ? [] : [{ wanted, issued: other }];
  });
}

const WORD: Record<DocumentKind, string> = {
  invoice: 'invoices',
  creditNote: 'credit notes',
  debitNote: 'debit notes',
};

/** What of two such series stands against one another, and what to write instead. */
export function meetingText({ wanted, issued }: MeetingSeries): {
  readonly field: 'prefix' | 'reset';
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
} {
  const isCounter = wanted.kind === issued.kind && wanted.prefix === issued.prefix;
  const since = `since run ${issued.run}`;
  if (isCounter)
    return {
      field: 'reset',
      found: `reset: ${wanted.reset} for ${WORD[wanted.kind]} "${wanted.prefix}"`,
      expected: `reset: ${issued.reset}, by which they are numbered ${since}: a counter that began anew would give their numbers again`,
      remedy: `Keep reset: ${issued.reset}, or begin with a prefix that was never used.`,
    };
  return {
    field: 'prefix',
    found: `"${wanted.prefix}" for ${WORD[wanted.kind]}`,
    expected: `a prefix whose numbers no document has: ${WORD[issued.kind]} are numbered "${issued.prefix}" ${since}`,
    remedy: 'Write a prefix that was never used, or the one these documents have now.',
  };
}
