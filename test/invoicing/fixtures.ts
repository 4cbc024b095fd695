import type { Invoice, InvoiceLine } from '#shared/invoicing/invoice.ts';
import { addDays } from '#shared/time/local-date.ts';

/** A seller in Estonia with everything its documents show. */
const SELLER: Invoice['seller'] = {
  id: 'nordlink',
  name: 'Nordlink Connectivity',
  address: { lines: ['Pärnu mnt 139c'], postalCode: '11317', city: 'Tallinn', country: 'EE' },
  vatId: 'EE102345678',
  registerNumber: '14567890',
  bank: { iban: 'EE382200221020145685', bic: 'HABAEE2X', accountHolder: 'Nordlink Connectivity OÜ' },
  contact: { email: 'billing@nordlink.example', phone: '+372 600 1234', web: 'nordlink.example' },
  colour: '#0F62A8',
};

const BASIS: Invoice['basis'] = {
  run: 'monthly-2026-10-1',
  position: 48213,
  usageCutOff: '2026-11-01T00:00:00Z',
  chargeCutOff: '2026-11-30T23:59:59Z',
  catalogRelease: '7c1f0a93',
  engineVersion: '1.0.0',
  link: 'nordlink/brightfleet/14',
  predecessor: 'nordlink/brightfleet/13',
};

const OCTOBER = { from: '2026-10-01', to: '2026-10-31' };

/** A line, given what differs from a usage line of October taxed at 24 %. */
export function line(place: number, differs: Partial<InvoiceLine>): InvoiceLine {
  return {
    place,
    id: `line-${place}`,
    kind: 'usage',
    description: `Charge ${place}`,
    detail: '',
    period: OCTOBER,
    quantity: '1',
    unit: 'MB',
    unitPrice: '',
    net: '1.00',
    taxCategory: 'S',
    taxPercent: '24',
    gross: '',
    reason: '',
    amends: '',
    ...differs,
  };
}

/** Octets of every day of October: a weekly rhythm with one day that stands out. */
const OCTOBER_DATA = Array.from({ length: 31 }, (_, i) => ({
  date: addDays('2026-10-01', i),
  bytes: String(i === 21 ? 61_482_000_000n : BigInt(24 + ((i * 7) % 11) - (i % 7 > 4 ? 11 : 0)) * 1_107_000_000n),
}));

/** A business unit of a fleet in Germany: reverse charge, a shared pool gone over, zones, discounts, late usage of September. */
export const FLEET_INVOICE: Invoice = {
  number: 'INV-2026-000412',
  kind: '380',
  issueDate: '2026-11-02',
  dueDate: '2026-11-16',
  period: { from: '2026-09-01', to: '2026-11-30' },
  currency: 'EUR',
  language: 'en',
  seller: SELLER,
  buyer: {
    account: 'C-10482',
    name: 'Bright Fleet Logistics GmbH',
    businessUnit: 'north',
    businessUnitName: 'Depot North, Fleet Controlling',
    address: { lines: ['Am Sandtorkai 41'], postalCode: '20457', city: 'Hamburg', country: 'DE' },
    vatId: 'DE301234567',
    email: 'fleet-invoices@bright.example',
    reference: 'PO 4500-118273',
    paymentTermDays: 14,
  },
  lines: [
    line(1, {
      kind: 'recurring',
      description: 'Fleet M, monthly fee',
      detail: '1,180 subscriptions, whole month',
      period: { from: '2026-11-01', to: '2026-11-30' },
      quantity: '1180',
      unit: 'month',
      unitPrice: '1.90',
      net: '2242.00',
    }),
    line(2, {
      kind: 'recurring',
      description: 'Fleet M, monthly fee',
      detail: '24 subscriptions activated in October, by day',
      quantity: '11.903226',
      unit: 'month',
      unitPrice: '1.90',
      net: '22.62',
    }),
    line(3, {
      kind: 'recurring',
      description: 'Private APN with fixed addresses',
      detail: 'fleet.bright.example',
      quantity: '1',
      unit: 'month',
      unitPrice: '149.00',
      net: '149.00',
    }),
    line(4, {
      description: 'Data over the pool',
      detail: 'Europe Pool 600 GB, share by usage',
      quantity: '48318.204',
      unit: 'MB',
      unitPrice: '0.0042',
      net: '202.94',
    }),
    line(5, {
      description: 'Data, Zone 2 Balkans',
      detail: 'up to 5,000 MB',
      quantity: '5000',
      unit: 'MB',
      unitPrice: '0.018',
      net: '90.00',
    }),
    line(6, {
      description: 'Data, Zone 2 Balkans',
      detail: 'above 5,000 MB',
      quantity: '1284.55',
      unit: 'MB',
      unitPrice: '0.012',
      net: '15.41',
    }),
    line(7, {
      description: 'Data, Zone 3 Rest of the world',
      detail: '',
      quantity: '312.708',
      unit: 'MB',
      unitPrice: '0.19',
      net: '59.41',
    }),
    line(8, {
      description: 'SMS, mobile originated',
      detail: 'all zones',
      quantity: '4127',
      unit: 'piece',
      unitPrice: '0.035',
      net: '144.45',
    }),
    line(9, {
      description: 'Voice, emergency call boxes',
      detail: 'Zone 1 European Union, by the minute',
      quantity: '86',
      unit: 'minute',
      unitPrice: '0.055',
      net: '4.73',
    }),
    line(10, {
      kind: 'adjustment',
      description: 'Volume discount 5 %',
      detail: 'on usage of October',
      quantity: '-1',
      unit: 'piece',
      unitPrice: '25.85',
      net: '-25.85',
    }),
    line(11, {
      description: 'Data over the pool',
      detail: 'Europe Pool 600 GB',
      period: { from: '2026-09-01', to: '2026-09-30' },
      quantity: '1904.11',
      unit: 'MB',
      unitPrice: '0.0042',
      net: '8.00',
      reason: 'late usage',
      amends: 'INV-2026-000377',
    }),
    line(12, {
      description: 'SMS, mobile originated',
      detail: 'all zones',
      period: { from: '2026-09-01', to: '2026-09-30' },
      quantity: '-37',
      unit: 'piece',
      unitPrice: '0.035',
      net: '-1.30',
      reason: 'backed-out file',
      amends: 'INV-2026-000377',
    }),
  ].map((each) => ({ ...each, taxCategory: 'AE' as const, taxPercent: '0' })),
  taxes: [
    {
      category: 'AE',
      place: 'DE',
      name: '',
      percent: '0',
      net: '2911.41',
      tax: '0.00',
      reason: 'Reverse charge: VAT is due from the recipient, Art. 44 and 196 Directive 2006/112/EC',
      reasonCode: 'VATEX-EU-AE',
    },
  ],
  totals: { net: '2911.41', tax: '0.00', gross: '2911.41', due: '2911.41' },
  usage: {
    activeSubscriptions: 1204,
    services: [
      { service: 'data', zone: 'Zone 1 European Union', records: 182_440, quantity: '648.318', unit: 'GB' },
      { service: 'data', zone: 'Zone 2 Balkans', records: 9_120, quantity: '6.285', unit: 'GB' },
      { service: 'data', zone: 'Zone 3 Rest of the world', records: 214, quantity: '0.313', unit: 'GB' },
      { service: 'sms', zone: 'Zone 1 European Union', records: 3_902, quantity: '3902', unit: 'piece' },
      { service: 'sms', zone: 'Zone 2 Balkans', records: 225, quantity: '225', unit: 'piece' },
      { service: 'voice', zone: 'Zone 1 European Union', records: 31, quantity: '86', unit: 'minute' },
      { service: 'event:door-opened', zone: 'Zone 1 European Union', records: 1_204, quantity: '1204', unit: 'piece' },
    ],
    dataByDay: OCTOBER_DATA,
    pools: [
      { name: 'Europe Pool', unit: 'GB', size: '600', used: '672.41', over: '72.41', usedByThisUnit: '448.2' },
      { name: 'Tracker SMS', unit: 'piece', size: '6000', used: '4127', over: '0', usedByThisUnit: '1312' },
    ],
    previousNet: '2794.02',
  },
  amends: ['INV-2026-000377'],
  basis: BASIS,
};

/** A small customer in the seller's own country, in German, on one page. */
export const SMALL_INVOICE: Invoice = {
  ...FLEET_INVOICE,
  number: 'INV-2026-000413',
  period: OCTOBER,
  language: 'de',
  seller: { ...SELLER, colour: '#E4572E' },
  buyer: {
    account: 'C-20017',
    name: 'Hofgut Grünwald & Söhne',
    businessUnit: '',
    businessUnitName: '',
    address: { lines: ['Lindenstraße 5'], postalCode: '10115', city: 'Tallinn', country: 'EE' },
    vatId: '',
    email: 'hof@gruenwald.example',
    reference: '',
    paymentTermDays: 14,
  },
  lines: [
    line(1, {
      kind: 'recurring',
      description: 'Sensor S, Grundpreis',
      detail: '12 Anschlüsse',
      quantity: '12',
      unit: 'month',
      unitPrice: '0.80',
      net: '9.60',
    }),
    line(2, {
      description: 'Daten über Inklusivvolumen',
      detail: 'EU',
      quantity: '214.5',
      unit: 'MB',
      unitPrice: '0.02',
      net: '4.29',
    }),
  ],
  taxes: [
    { category: 'S', place: 'EE', name: '', percent: '24', net: '13.89', tax: '3.33', reason: '', reasonCode: '' },
  ],
  totals: { net: '13.89', tax: '3.33', gross: '17.22', due: '17.22' },
  usage: {
    activeSubscriptions: 12,
    services: [{ service: 'data', zone: 'EU', records: 1_488, quantity: '814.5', unit: 'MB' }],
    dataByDay: [],
    pools: [],
    previousNet: '13.20',
  },
  amends: [],
};

/** A credit note: a backed-out file took more back than October was worth. All amounts are positive. */
export const CREDIT_NOTE: Invoice = {
  ...SMALL_INVOICE,
  number: 'CN-2026-000031',
  kind: '381',
  language: 'de',
  period: { from: '2026-09-01', to: '2026-10-31' },
  buyer: FLEET_INVOICE.buyer,
  lines: [
    line(1, {
      description: 'Data, Zone 3 Rest of the world',
      detail: '',
      period: { from: '2026-09-01', to: '2026-09-30' },
      quantity: '2400',
      unitPrice: '0.19',
      net: '456.00',
      reason: 'backed-out file',
      amends: 'INV-2026-000377',
      taxCategory: 'AE',
      taxPercent: '0',
    }),
  ],
  taxes: [
    {
      category: 'AE',
      place: 'DE',
      name: '',
      percent: '0',
      net: '456.00',
      tax: '0.00',
      reason: 'Steuerschuldnerschaft des Leistungsempfängers',
      reasonCode: 'VATEX-EU-AE',
    },
  ],
  totals: { net: '456.00', tax: '0.00', gross: '456.00', due: '456.00' },
  usage: { activeSubscriptions: 0, services: [], dataByDay: [], pools: [], previousNet: '' },
  amends: ['INV-2026-000377'],
};
