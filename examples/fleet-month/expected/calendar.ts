/** Days of Berlin in the months of the example; the 25th of October 2026 has 25 hours. */

export interface Day {
  readonly date: string;
  readonly from: number;
  readonly until: number;
}
export interface Month {
  readonly from: string;
  readonly days: readonly Day[];
}

function midnight(utcMidnight: number): number {
  return utcMidnight - (utcMidnight <= Date.UTC(2026, 9, 25) / 1000 ? 7200 : 3600);
}
function month(year: number, zeroBased: number): Month {
  const days: Day[] = [];
  for (let day = 1; new Date(Date.UTC(year, zeroBased, day)).getUTCMonth() === zeroBased; day++) {
    const [from, until] = [
      midnight(Date.UTC(year, zeroBased, day) / 1000),
      midnight(Date.UTC(year, zeroBased, day + 1) / 1000),
    ];
    days.push({ date: new Date(Date.UTC(year, zeroBased, day)).toISOString().slice(0, 10), from, until });
  }
  return { from: days[0]!.date, days };
}
export const MONTHS = [month(2026, 9), month(2026, 10), month(2026, 11)];
export function instant(text: string): number {
  return text.includes('T') ? Date.parse(text) / 1000 : midnight(Date.parse(`${text}T00:00:00Z`) / 1000);
}
