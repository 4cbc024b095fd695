import type { FleetRecord } from '../fleet.ts';

/** The terms agreed with the customers, said again by hand: what catalog/ says must come to the same. Whole numbers only. */

export type Scaled = bigint;
/** A price in 10^-12 EUR. */
const eur = (text: string): Scaled => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
};
export const CENT = eur('0.01');
const MB = 1_000_000n;

export interface UsageTerms {
  readonly id: string;
  readonly service: FleetRecord['service'];
  readonly zone: string;
  readonly first: bigint;
  readonly next: bigint;
  /** Octets, pieces or seconds the price is for. */
  readonly per: bigint;
  /** Graduated tiers up to a bound in base units; one open tier is a price by unit. */
  readonly tiers: readonly { readonly upTo: bigint; readonly price: Scaled; readonly flat: Scaled }[];
  readonly covered: boolean;
}
interface PlanTerms {
  readonly recurring: readonly {
    readonly id: string;
    readonly price: Scaled;
    readonly advance: boolean;
    readonly state: string;
  }[];
  readonly pool: string;
  readonly allowance: bigint;
  readonly usage: readonly UsageTerms[];
}

const OPEN = 10n ** 30n;
const ZONES = ['de', 'eu', 'world'] as const;
const byUnit = (price: string) => [{ upTo: OPEN, price: eur(price), flat: 0n }];

function data(first: bigint, next: bigint, tiers: (zone: number) => UsageTerms['tiers']): UsageTerms[] {
  return ZONES.map((zone, i) => {
    return { id: `data-${zone}`, service: 'data', zone, first, next, per: MB, tiers: tiers(i), covered: true };
  });
}
function messages(prices: readonly string[]): UsageTerms[] {
  return ZONES.map((zone, i) => {
    return {
      id: `sms-${zone}`,
      service: 'sms',
      zone,
      first: 1n,
      next: 1n,
      per: 1n,
      tiers: byUnit(prices[i]!),
      covered: false,
    };
  });
}
function calls(prices: readonly string[]): UsageTerms[] {
  return ZONES.map((zone, i) => {
    return {
      id: `voice-${zone}`,
      service: 'voice',
      zone,
      first: 60n,
      next: 1n,
      per: 60n,
      tiers: byUnit(prices[i]!),
      covered: false,
    };
  });
}

export const PLANS: Readonly<Record<string, PlanTerms>> = {
  'fleet-s': {
    recurring: [
      { id: 'monthly-fee', price: eur('1.90'), advance: false, state: 'active' },
      { id: 'suspended-fee', price: eur('0.50'), advance: false, state: 'suspended' },
    ],
    pool: 'fleet',
    allowance: 40n * MB,
    usage: [
      ...data(1n, 1n, (zone) => byUnit(['0.0190', '0.0340', '0.2900'][zone]!)),
      ...messages(['0.06', '0.09', '0.19']),
      ...calls(['0.09', '0.15', '0.69']),
    ],
  },
  'fleet-l': {
    recurring: [
      { id: 'monthly-fee', price: eur('5.90'), advance: true, state: 'active' },
      { id: 'suspended-fee', price: eur('0.50'), advance: false, state: 'suspended' },
    ],
    pool: 'fleet',
    allowance: 150n * MB,
    usage: [
      ...data(1n, 1n, (zone) => byUnit(['0.0145', '0.0290', '0.2400'][zone]!)),
      ...messages(['0.05', '0.08', '0.17']),
      ...calls(['0.07', '0.13', '0.59']),
    ],
  },
  sensor: {
    recurring: [{ id: 'monthly-fee', price: eur('0.75'), advance: false, state: 'active' }],
    pool: '',
    allowance: 5n * MB,
    usage: [
      ...data(10_000n, 1_000n, (zone) => [
        { upTo: 2n * MB, price: eur(['0.20', '0.30', '1.10'][zone]!), flat: 0n },
        { upTo: 20n * MB, price: eur(['0.12', '0.20', '0.90'][zone]!), flat: eur('0.25') },
        { upTo: OPEN, price: eur(['0.06', '0.10', '0.70'][zone]!), flat: 0n },
      ]),
      ...messages(['0.07', '0.10', '0.20']),
    ],
  },
};
export const PLAN_VERSION = '2026-01-01';
export const TAX_PERCENT = 19n;

export function zoneOf(network: string): string {
  if (/^(DEU|262)/.test(network)) return 'de';
  return /^(FRA|208|204|260)/.test(network) ? 'eu' : 'world';
}
